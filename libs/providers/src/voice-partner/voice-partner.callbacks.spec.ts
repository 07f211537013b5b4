import { describe, expect, it } from 'vitest';
import { UnreadableCallbackError } from '../callback.js';
import { callbackRequest } from '../callbacks/testing/callback-request.js';
import { voicePartnerCallbacks } from './voice-partner.callbacks.js';

const ID = '0198c0de-0000-7000-8000-000000000001';

function read(query: string): object[] {
  const url = `https://outbell.example.com/callbacks/voice-partner/1?t=token&m=${ID}&${query}`;
  return voicePartnerCallbacks.read(callbackRequest({ method: 'GET', url }));
}

describe('voicePartnerCallbacks', () => {
  it('has nothing but the token of its URL', () => {
    expect(voicePartnerCallbacks.signed).toBe(false);
  });

  it('reads the one call of a campaign', () => {
    const told = 'campaign_token=abc&campaign_id=7&total_quantity=1';
    const evidence = { channel: 'voice', at: null, messageId: ID, providerMessageId: '7' };
    expect(read(`${told}&delivered_quantity=1`)).toMatchObject([{ ...evidence, kind: 'delivered' }]);
    expect(read(`${told}&delivered_quantity=0`)).toMatchObject([
      { ...evidence, kind: 'failed', reason: 'undelivered' },
    ]);
  });

  it.each(['', 'campaign_id=7', 'delivered_quantity=1', 'campaign_id=7&delivered_quantity=many'])(
    'refuses %s',
    (query) => {
      expect(() => read(query)).toThrow(UnreadableCallbackError);
    },
  );
});
