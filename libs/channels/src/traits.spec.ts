import { type Cargo, NO_TRAITS } from '@outbell/shared/cargo.js';
import { describe, expect, it } from 'vitest';
import { traitsOf } from './traits.js';

const SUBSCRIPTION = '{"endpoint":"https://push.example/1","keys":{"p256dh":"x","auth":"y"}}';
const SID = 'HX0123456789abcdef0123456789abcdef';

function cargo(overrides: Partial<Cargo>): Cargo {
  return { channel: 'email', recipient: 'ann@example.org', content: { text: 'Hello' }, ...overrides };
}

function template(name: string, more: object = {}): Partial<Cargo> {
  return { channel: 'whatsapp', content: { whatsapp_template: { name, language: 'en', parameters: [], ...more } } };
}

describe('the traits of a message', () => {
  it.each<[string, Partial<Cargo>, string[]]>([
    ['an email', {}, []],
    ['a push to a browser', { channel: 'push', recipient: SUBSCRIPTION }, ['browser_subscription']],
    ['a push to an app', { channel: 'push', recipient: 'token' }, ['device_token']],
    ['a short WhatsApp text', { channel: 'whatsapp', content: { text: 'a'.repeat(1_600) } }, []],
    ['one of as many emoji', { channel: 'whatsapp', content: { text: '👋'.repeat(1_600) } }, []],
    ['a long one', { channel: 'whatsapp', content: { text: 'a'.repeat(1_601) } }, ['long_whatsapp_text']],
    ['one rendered later', { channel: 'whatsapp', content: null }, []],
    ['a template', template('parcel'), ['named_template', 'whatsapp_template']],
    ['a template of Twilio’s', template(SID), ['content_sid', 'whatsapp_template']],
    ['a name that only begins so', template('HXparcel'), ['named_template', 'whatsapp_template']],
    [
      'a template with a header',
      template('parcel', { header: { type: 'text', text: 'A-17' } }),
      ['named_template', 'template_components', 'whatsapp_template'],
    ],
    [
      'a template with a button',
      template('code', { buttons: [{ type: 'url', value: '1234' }] }),
      ['named_template', 'template_components', 'whatsapp_template'],
    ],
    ['a template without buttons', template('code', { buttons: [] }), ['named_template', 'whatsapp_template']],
    ['an SMS from a number', { channel: 'sms', senderAddress: '+33612345678' }, []],
    ['an SMS from a short code', { channel: 'sms', senderAddress: '72345' }, []],
    ['an SMS from a name', { channel: 'sms', senderAddress: 'My-Shop1' }, []],
    ['an SMS from a name with signs', { channel: 'sms', senderAddress: 'A & B' }, ['sender_name_with_signs']],
  ])('of %s', (_, overrides, traits) => {
    expect(traitsOf(cargo(overrides))).toEqual(traits);
  });

  it('are made once for all messages of a kind', () => {
    const push = cargo({ channel: 'push', recipient: 'token' });
    expect(traitsOf(push)).toBe(traitsOf({ ...push, recipient: 'other' }));
    expect(traitsOf(cargo({}))).toBe(NO_TRAITS);
  });
});
