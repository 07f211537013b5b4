import { describe, expect, it } from 'vitest';
import { hasPlainCharacters, isName } from './name-rule.js';

describe('a name', () => {
  it.each([
    'billing service',
    'Acme & Söhne',
    "O'Brien – 100 %",
    'ارسال',
    // Persian: a zero-width non-joiner within a word.
    'می\u200cخواهم',
    // Malayalam in the older spelling, with a joiner at the end.
    'അവന\u0d4d\u200d',
    // A family, a flag with tags, a rainbow flag, a heart with its selector.
    '👨\u200d👩\u200d👧\u200d👦',
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    '🏳\ufe0f\u200d🌈 shop',
    '❤\ufe0f',
    // A Japanese name with an ideographic variation.
    '葛\u{e0100}城',
    'no\u00a0break',
    '😀'.repeat(100),
  ])('may be %j', (name) => expect(isName(name)).toBe(true));

  it.each([
    ['empty', ''],
    ['blank', ' '],
    ['a blank before', ' x'],
    ['a blank after', 'x '],
    ['a no-break space after', 'x\u00a0'],
    ['an ideographic space before', '\u3000x'],
    ['NUL', 'a\0b'],
    ['BEL', 'a\u0007b'],
    ['ESC', 'a\u001b[31mb'],
    ['a tab', 'a\tb'],
    ['CR', 'a\rb'],
    ['LF', 'a\nb'],
    ['DEL', 'a\u007fb'],
    ['NEL', 'a\u0085b'],
    ['CSI of one byte', 'a\u009b31mb'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['a left-to-right mark', 'a\u200eb'],
    ['a right-to-left override', 'a\u202eb'],
    ['an isolate', 'a\u2066b'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['a zero-width space', 'a\u200bb'],
    ['a word joiner', 'a\u2060b'],
    ['a soft hyphen', 'a\u00adb'],
    ['a byte order mark', 'a\ufeffb'],
    ['a Hangul filler', '\u3164'],
    ['a grapheme joiner', 'a\u034fb'],
    ['tags without a flag', 'a\u{e0061}\u{e0062}'],
    ['a private character', 'a\ue000b'],
    ['half a pair', 'a\ud800b'],
    ['no character', 'a\uffffb'],
    ['blank Braille', '\u2800\u2800'],
    ['joiners alone', '\u200d'],
    ['a joiner before all', '\u200dab'],
    ['a joiner after a blank', 'a \u200cb'],
    ['two joiners', 'a\u200c\u200cb'],
    ['a joiner between letters of ASCII', 'Pay\u200dPal'],
    ['a joiner at the end', 'نامه\u200c'],
    ['a selector alone', '\ufe0f'],
    ['an accent alone', '\u0301'],
    ['101 characters', 'x'.repeat(101)],
    ['101 emoji', '😀'.repeat(101)],
  ])('may not be or hold %s', (_, name) => expect(isName(name)).toBe(false));

  it('may be longer where its field says so', () => {
    expect([isName('x'.repeat(200), 200), isName('x'.repeat(201), 200)]).toEqual([true, false]);
  });

  it('is judged in time that grows with its length alone', () => {
    const started = performance.now();
    for (const text of ['\u200d', ' ', 'a\u200c', '\u{1f3f4}\u{e0061}'].map((part) => part.repeat(100_000)))
      isName(text, 1_000_000);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('is checked for its characters alone where it is not a name', () => {
    expect([hasPlainCharacters(' a '), hasPlainCharacters('')]).toEqual([true, true]);
    expect(hasPlainCharacters('a\u202eb')).toBe(false);
  });
});
