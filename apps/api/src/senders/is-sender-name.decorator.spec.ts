import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { IsSenderName } from './is-sender-name.decorator.js';

class Named {
  @IsSenderName()
  name: unknown;
}

function isName(name: unknown): boolean {
  return validateSync(Object.assign(new Named(), { name })).length === 0;
}

describe('a sender’s name', () => {
  it.each([
    ['Latin', 'Example & Sons, Ltd.'],
    ['Persian with a non-joiner', 'نامه\u200cهای ما'],
    ['Malayalam with a joiner', 'ന\u200d സ്\u200cകൂൾ'.replace('\u200d ', '\u200dറെ ')],
    ['a family', 'Shop 👨\u200d👩\u200d👧\u200d👦'],
    ['a heart on fire, with its variation selector', '❤️\u200d🔥'],
    ['Arabic', 'متجر'],
    ['one character', 'A'],
  ])('may be %s', (_, name) => {
    expect(isName(name)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a line break', 'Shop\r\nBcc: x'],
    ['an escape', 'Shop\x1b[31m'],
    ['a bell', 'Shop\x07'],
    ['a right-to-left override', 'Shop\u202eknaB'],
    ['an isolate', 'Shop\u2066x'],
    ['a direction mark', 'Shop\u200fx'],
    ['a zero-width space', 'Sh\u200bop'],
    ['a joiner between Latin letters', 'Pay\u200dPal'],
    ['joiners alone', '\u200d\u200d'],
    ['a joiner at the end', 'نامه\u200c'],
    ['two joiners in a row', 'نامه\u200c\u200cهای'],
    ['an address', 'ann@example.com'],
    ['quotes', 'the "Shop"'],
    ['101 characters', 'x'.repeat(101)],
    ['a number', 7],
  ])('is not %s', (_, name) => {
    expect(isName(name)).toBe(false);
  });
});
