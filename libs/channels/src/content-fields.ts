import { IsString, Length } from 'class-validator';
import type { ContentField } from './channel-descriptor.js';

// What several channels carry. A field of one channel alone stands in its file.

export const SUBJECT: ContentField = { rules: [IsString(), Length(1, 998)], example: 'Your receipt', oneLine: true };

export const TEXT: ContentField = { rules: [IsString()], example: 'Thank you.' };
