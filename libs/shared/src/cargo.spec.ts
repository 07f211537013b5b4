import { describe, expect, it } from 'vitest';
import { obstructing } from './cargo.js';

describe('what is in the way', () => {
  it('is the first trait that is not carried', () => {
    expect(obstructing(['named_template', 'whatsapp_template'], ['whatsapp_template'])).toBe('whatsapp_template');
    expect(obstructing(['named_template', 'whatsapp_template'], ['whatsapp_template', 'named_template'])).toBe(
      'named_template',
    );
    expect(obstructing(['named_template'], ['content_sid'])).toBeNull();
    expect(obstructing([], ['content_sid'])).toBeNull();
  });
});
