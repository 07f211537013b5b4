import { describe, expect, it } from 'vitest';
import { idOfRelay, relayIdIn } from './relay-id.js';

const GIVEN = '<0198c0de-0000-7000-8000-000000000001@sender.example>';

describe('the id that a relay gives a message', () => {
  it.each([
    ['250 Ok 0102018c7b3e4f00-5d0c1a2b-000000', '0102018c7b3e4f00-5d0c1a2b-000000'],
    [
      '250 2.6.0 <abc@relay.example> [InternalId=1, Hostname=relay.example] Queued mail for delivery',
      'abc@relay.example',
    ],
    ['250 2.0.0 OK: queued as <202611.1@relay.example>', '202611.1@relay.example'],
    [`250 2.6.0 ${GIVEN} Queued mail for delivery`, undefined],
    ['250 2.0.0 Ok: queued as 4ABC1230', undefined],
    ['250 Ok', undefined],
    ['250 OK, message accepted for delivery', undefined],
  ])('is told by %s', (reply, id) => {
    expect(relayIdIn(reply, GIVEN)).toBe(id);
  });

  it.each([
    ['0102-000000@email.amazonses.com', '0102-000000'],
    ['0102-000000@eu-west-1.amazonses.com', '0102-000000'],
    ['0102@evil-amazonses.com', '0102@evil-amazonses.com'],
    ['abc@relay.example', 'abc@relay.example'],
  ])('%s is told as %s', (id, said) => {
    expect(idOfRelay(id)).toBe(said);
  });
});
