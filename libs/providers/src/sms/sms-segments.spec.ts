import { describe, expect, it } from 'vitest';
import { measureSms } from './sms-segments.js';

describe('measureSms', () => {
  it.each([
    ['nothing', '', 'GSM-7', 1],
    ['160 septets', 'a'.repeat(160), 'GSM-7', 1],
    ['161 septets', 'a'.repeat(161), 'GSM-7', 2],
    ['two full parts', 'a'.repeat(306), 'GSM-7', 2],
    ['one more than two full parts', 'a'.repeat(307), 'GSM-7', 3],
    ['letters of Europe that the set has', 'àéèùìòäöüñÄÖÜÑåÅæÆøØßÇ¿¡§£¥¤ΔΦΓΛΩΠΨΣΘΞ', 'GSM-7', 1],
    ['line breaks', 'a\r\nb', 'GSM-7', 1],
    ['80 of the extension table', '€'.repeat(80), 'GSM-7', 1],
    ['81 of the extension table', '€'.repeat(81), 'GSM-7', 2],
    ['all of the extension table', '\f^{}\\[~]|€', 'GSM-7', 1],
    ['one letter that it lacks', 'ç', 'UCS-2', 1],
    ['a grave accent alone', '`', 'UCS-2', 1],
    ['70 units', 'я'.repeat(70), 'UCS-2', 1],
    ['71 units', 'я'.repeat(71), 'UCS-2', 2],
    ['134 units', 'я'.repeat(134), 'UCS-2', 2],
    ['135 units', 'я'.repeat(135), 'UCS-2', 3],
    ['35 emojis', '👋'.repeat(35), 'UCS-2', 1],
    ['36 emojis', '👋'.repeat(36), 'UCS-2', 2],
  ] as const)('%s', (_, text, encoding, segments) => {
    expect(measureSms(text)).toMatchObject({ encoding, segments });
  });

  // 152 + an escape sequence of two does not fit into a part of 153, so that 306 septets take three.
  it('never splits an escape sequence', () => {
    expect(measureSms(`${'a'.repeat(152)}€${'a'.repeat(152)}`).segments).toBe(3);
    expect(measureSms(`${'a'.repeat(151)}€${'a'.repeat(153)}`).segments).toBe(2);
  });

  // A part holds 67 units: 33 pairs and one left over.
  it('never splits a surrogate pair', () => {
    expect(measureSms('👋'.repeat(66)).segments).toBe(2);
    expect(measureSms('👋'.repeat(67)).segments).toBe(3);
  });

  it('counts characters as a person does', () => {
    expect(measureSms('a👋€').characters).toBe(3);
  });
});
