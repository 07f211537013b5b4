import { isRecording } from '@outbell/channels/voice.js';
import type { RenderedContent } from '@outbell/content/compiled-template.js';
import { RenderError } from '@outbell/content/render-error.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { OutgoingVoice } from '@outbell/providers/provider.js';

/** Vendors play recordings: what a message says is the token of one, given inline or rendered by its template. */
export function composeVoice(message: ClaimedMessage, { text }: RenderedContent): OutgoingVoice {
  const audio = message.content?.audio ?? text.trim();
  if (!isRecording(audio)) throw new RenderError('no_recording', { part: 'text' });
  return { channel: 'voice', messageId: message.id, from: message.senderAddress, to: message.recipient, audio };
}
