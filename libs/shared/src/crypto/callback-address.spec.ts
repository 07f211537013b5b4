import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { newId } from '../uuid.js';
import { CallbackAddress, withoutToken } from './callback-address.js';
import { Signer } from './signer.js';

const config = testConfig({ PUBLIC_URL: 'https://mail.example.com/outbell/' });
const signer = new Signer(config);
const address = new CallbackAddress(config, signer);
const id = newId();

describe('the address of a connection’s callbacks', () => {
  it('lies under the public one, and its token is good for that connection alone', () => {
    const url = new URL(address.addressOf('twilio', id));
    expect(url.href).toMatch(`https://mail.example.com/outbell/callbacks/twilio/${id}?t=`);
    const token = url.searchParams.get('t') ?? '';
    expect(address.accepts(token, id)).toBe(true);
    expect(address.accepts(token, newId())).toBe(false);
    expect(address.accepts(signer.sign('unsubscribe', id), id)).toBe(false);
    expect(address.accepts('', id)).toBe(false);
  });

  it('is given to vendors unless it is this machine alone, with no vendor on it', () => {
    const given = (settings: Record<string, string>) => {
      const other = testConfig(settings);
      return new CallbackAddress(other, new Signer(other)).reachable('twilio', id);
    };
    expect(given({})).toBeUndefined();
    expect(given({ PUBLIC_URL: 'http://127.0.0.1:3000' })).toBeUndefined();
    expect(given({ OUTBOUND_ALLOW: '127.0.0.0/8' })).toContain('http://localhost:3000/callbacks/twilio/');
    expect(given({ PUBLIC_URL: 'https://mail.example.com' })).toContain('https://mail.example.com/callbacks/');
  });

  it('is known as the vendor called it', () => {
    expect(address.asCalled('/callbacks/twilio/x?m=1&t=2').href).toBe(
      'https://mail.example.com/outbell/callbacks/twilio/x?m=1&t=2',
    );
    expect(address.asCalled('http://api.internal:3000/callbacks/twilio/x?u=http://y').href).toBe(
      'https://mail.example.com/outbell/callbacks/twilio/x?u=http://y',
    );
  });
});

describe('withoutToken', () => {
  it.each([
    ['/a?t=secret', '/a'],
    ['/a?t=secret&m=1', '/a?m=1'],
    ['/a?m=1&t=secret&n=%20', '/a?m=1&n=%20'],
    ['/a?m=1&at=2', '/a?m=1&at=2'],
    ['/a', '/a'],
    ['/a?t=1&t=2', '/a'],
    ['/a?%74=1&m=1', '/a?m=1'],
  ])('%s is kept as %s', (path, kept) => {
    expect(withoutToken(path)).toBe(kept);
  });
});
