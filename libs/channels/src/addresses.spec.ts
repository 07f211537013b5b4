import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeAddress } from './addresses.js';
import { InputError } from '@outbell/shared/errors.js';

const email = (text: string) => normalizeAddress('email', text, 'to');
const sms = (text: string) => normalizeAddress('sms', text, 'to');

describe('an email address', () => {
  it.each([
    ['ann@example.com', 'ann@example.com'],
    ['Ann.O+tag@Example.COM', 'ann.o+tag@example.com'],
    ["o'brien_1/a=b@sub.example.co.uk", "o'brien_1/a=b@sub.example.co.uk"],
    ['a@bücher.example', 'a@xn--bcher-kva.example'],
    ['a@bu\u0308cher.example', 'a@xn--bcher-kva.example'],
    ['a@XN--BCHER-KVA.example', 'a@xn--bcher-kva.example'],
    ['a@пример.рф', 'a@xn--e1afmkfd.xn--p1ai'],
    ['a@例え.jp', 'a@xn--r8jz45g.jp'],
    ['a@ανα.gr', 'a@xn--mxaa9a.gr'],
    ['a@paral·lel.cat', 'a@xn--parallel-koa.cat'],
    ['a@paraŀlel.cat', 'a@xn--parallel-koa.cat'],
    ['a@PARAL·LEL.cat', 'a@xn--parallel-koa.cat'],
    ['a@аррӏе.com', 'a@xn--80ak6aa92e.com'],
    ['a@xn--80ak6aa92e.com', 'a@xn--80ak6aa92e.com'],
    ['a@نامه\u200cای.com', 'a@xn--mgba3gch31f060k.com'],
    ['a@xn--mgba3gch31f060k.com', 'a@xn--mgba3gch31f060k.com'],
    ['a@क्\u200dष.com', 'a@xn--11b2ezcw70k.com'],
    ['a@मेल.भारत', 'a@xn--r2bi6d.xn--h2brj9c'],
    ['a@น้ำ.ไทย', 'a@xn--q3c4c8cq.xn--o3cw4h'],
    ['a@مثال2.com', 'a@xn--2-ymcl5hc.com'],
    ['a@مثال٣٤.com', 'a@xn--mgbh0fb7mg.com'],
    ['a@צ׳כ.co.il', 'a@xn--gebv3b.co.il'],
    ['a@例・え.jp', 'a@xn--r8j8t907e.jp'],
    ['a@한국a字.kr', 'a@xn--a-571bq83vln7a.kr'],
    ['a@ⵣⴰ.ma', 'a@xn--4ljvf.ma'],
    ['a@straße.de', 'a@xn--strae-oqa.de'],
    ['a@ɔ́.com', 'a@xn--nna06a.com'],
    ['a@i❤.ws', 'a@xn--i-7iq.ws'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%s is stored as %s', (text, stored) => {
    expect(email(text)).toBe(stored);
  });

  it.each([
    ['nothing', ''],
    ['a space', ' '],
    ['no @', 'example.com'],
    ['two @', 'a@b@example.com'],
    ['no local part', '@example.com'],
    ['no domain', 'a@'],
    ['a line break', 'a@example.com\r\nBcc: b@example.com'],
    ['a bare line feed', 'a\n@example.com'],
    ['NUL', 'a\0@example.com'],
    ['a comma list', 'a@example.com,b@example.com'],
    ['a semicolon list', 'a@example.com;b@example.com'],
    ['a group', 'friends:a@example.com;'],
    ['an empty group', 'undisclosed-recipients:;'],
    ['a display name', 'Ann <ann@example.com>'],
    ['a display name that looks like an address', '"boss@example.com" <evil@example.net>'],
    ['angle brackets', '<a@example.com>'],
    ['a comment', 'a(b)@example.com'],
    ['a quoted local part', '"a b"@example.com'],
    ['quoted separators', '"a,b"@example.com'],
    ['spaces around', ' a@example.com '],
    ['a right-to-left override', 'a\u202e@example.com'],
    ['a direction mark in the domain', 'a@exa\u200fmple.com'],
    ['a zero-width space', 'a@exam\u200bple.com'],
    ['a soft hyphen', 'a@exam\u00adple.com'],
    ['a line separator', 'a\u2028@example.com'],
    ['half a surrogate pair', 'a\ud800@example.com'],
    ['a local part beyond ASCII', 'ünn@example.com'],
    ['Cyrillic in a Latin local part', 'аnn@example.com'],
    ['Cyrillic in a Latin label', 'a@exаmple.com'],
    ['the same as punycode', 'a@xn--exmple-4nf.com'],
    ['Greek in a Latin label', 'a@gοogle.com'],
    ['Latin in a Cyrillic label under a Cyrillic top level', 'a@примеp.рф'],
    ['Cyrillic among Japanese', 'a@例え\u0430.jp'],
    ['Hiragana among Korean', 'a@한국え.kr'],
    ['a joiner between Latin letters', 'a@pay\u200dpal.com'],
    ['a non-joiner between Latin letters', 'a@pay\u200cpal.com'],
    ['a joiner in the local part', 'a\u200db@example.com'],
    ['a dot that is not Catalan', 'a@a·b.com'],
    ['a Japanese dot among Latin letters', 'a@a・b.com'],
    ['punycode of plain letters', 'a@xn--abc-.com'],
    ['punycode that decodes to nothing', 'a@xn--99999999.com'],
    ['punycode that decodes to nothing, below another label', 'a@shop.xn--a-ecp.com'],
    ['mathematical letters', 'a@𝐞xample.com'],
    ['full-width letters', 'a@ｅxample.com'],
    ['an ideographic full stop', 'a@example。com'],
    ['invalid punycode', 'a@xn--a-ecp.ru-.com'],
    ['one label', 'a@localhost'],
    ['an IP address', 'a@127.0.0.1'],
    ['an IP literal', 'a@[127.0.0.1]'],
    ['a decimal IP address', 'a@2130706433'],
    ['a percent escape', 'a@ex%61mple.com'],
    ['an underscore in the domain', 'a@ex_ample.com'],
    ['an empty label', 'a@example..com'],
    ['a trailing dot', 'a@example.com.'],
    ['a leading hyphen', 'a@-example.com'],
    ['dots in a row', 'a..b@example.com'],
    ['a leading dot', '.a@example.com'],
    ['65 characters before the @', `${'a'.repeat(65)}@example.com`],
    ['a label of 64', `a@${'b'.repeat(64)}.com`],
    [
      '255 characters',
      `a@${'b'.repeat(50)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(15)}.com`,
    ],
    ['a megabyte', 'a@'.repeat(500_000)],
  ])('is not %s', (_, text) => {
    expect(() => email(text)).toThrow(InputError);
  });

  it('names the field and does not repeat the address', () => {
    expect(() => normalizeAddress('email', 'secret name@example.com', 'messages.3.to')).toThrow(
      /^messages\.3\.to: (?!.*secret)/,
    );
  });

  it('is the same once normalised, and never holds what could break a header', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), (text) => {
        let once: string;
        try {
          once = email(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        expect(email(once)).toBe(once);
        expect(once).toMatch(/^[\x21-\x7e]+$/);
        expect(once).not.toMatch(/[\s,;:<>"()[\]\\]/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a telephone number', () => {
  it.each(['+33612345678', '+14155552671', '+442071838750', '+4915112345678'])('is taken in E.164: %s', (text) => {
    expect(sms(text)).toBe(text);
    expect(normalizeAddress('whatsapp', text)).toBe(text);
    expect(normalizeAddress('voice', text)).toBe(text);
  });

  it.each([
    ['of a range that is not known', '+15555555555'],
    ['of networks in many countries', '+883510012345'],
    ['with the 1 of old Mexican mobiles', '+5215512345678'],
    ['with the 9 of Argentine mobiles', '+5491123456789'],
    ['of Brazil without its ninth digit', '+553188881234'],
    ['of Benin since 2024', '+2290197123456'],
    ['of a satellite', '+881612345678'],
    ['toll-free', '+18335551234'],
  ])('is taken as it is: %s', (_, text) => {
    expect(sms(text)).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['a national spelling', '0612345678'],
    ['a number without +', '33612345678'],
    ['spaces', '+33 6 12 34 56 78'],
    ['letters', '+1415FLOWERS'],
    ['too few digits', '+336123456'],
    ['too many digits', '+336123456789'],
    ['an extension', '+14155552671;ext=5'],
    ['Arabic digits', '+٣٣٦١٢٣٤٥٦٧٨'],
    ['a line break', '+33612345678\n'],
    ['a premium-rate number (France)', '+33899123456'],
    ['a country code that is assigned to nobody', '+99912345678'],
    ['another one', '+21012345678'],
    ['sixteen digits', '+9991234567890123'],
    ['too few digits behind the 1 of Mexico', '+521551234567'.slice(0, -2)],
    ['a premium-rate number (international)', '+979123456789'],
    ['a premium-rate number (US)', '+19002345678'],
    ['a premium-rate number (UK)', '+449098790000'],
  ])('is not %s', (_, text) => {
    expect(() => sms(text)).toThrow(InputError);
  });
});

describe('a push token', () => {
  it('is taken as it is', () => {
    expect(normalizeAddress('push', 'fGh:APA91b_x-Y')).toBe('fGh:APA91b_x-Y');
  });

  const KEYS = { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) };
  const ENDPOINT = 'https://updates.push.services.mozilla.com/wpush/v2/gAAAA';

  it('may be the subscription of a browser, however it is written', () => {
    const stored = JSON.stringify({ endpoint: ENDPOINT, keys: KEYS });
    const asBrowsersGiveIt = {
      keys: { auth: KEYS.auth, p256dh: KEYS.p256dh },
      expirationTime: null,
      endpoint: ENDPOINT,
    };
    const padded = { endpoint: ENDPOINT, keys: { p256dh: `${KEYS.p256dh}=`, auth: `${KEYS.auth}==` } };
    for (const text of [stored, JSON.stringify(asBrowsersGiveIt, null, 2), JSON.stringify(padded)])
      expect(normalizeAddress('push', text)).toBe(stored);
  });

  it('has room for the longest endpoints that browsers have', () => {
    const subscription = JSON.stringify({ endpoint: `${ENDPOINT}${'x'.repeat(1_500)}`, keys: KEYS });
    expect(normalizeAddress('push', subscription)).toBe(subscription);
  });

  it.each<[string, unknown]>([
    ['no JSON', '{endpoint}'],
    ['nothing', {}],
    ['an endpoint that is no URL', { endpoint: 'mozilla', keys: KEYS }],
    ['a file', { endpoint: 'file:///etc/passwd', keys: KEYS }],
    ['no keys', { endpoint: ENDPOINT }],
    ['null for keys', { endpoint: ENDPOINT, keys: null }],
    ['a short key', { endpoint: ENDPOINT, keys: { ...KEYS, p256dh: 'B'.repeat(86) } }],
    ['a long secret', { endpoint: ENDPOINT, keys: { ...KEYS, auth: 'a'.repeat(23) } }],
    ['a megabyte of blanks', `{${' '.repeat(1_000_000)}}`],
    ['an endpoint beyond 2,048 characters', { endpoint: `${ENDPOINT}${'x'.repeat(2_000)}`, keys: KEYS }],
  ])('is no subscription with %s', (_, value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(() => normalizeAddress('push', text)).toThrow(InputError);
  });

  it.each(['', 'a b', 'a\n', 'é', 'x'.repeat(2_049)])('is not %j', (text) => {
    expect(() => normalizeAddress('push', text)).toThrow(InputError);
  });
});
