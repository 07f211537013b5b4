import { describe, expect, it } from 'vitest';
import { optOutWordOf } from './stop-words.js';

describe('optOutWordOf', () => {
  it.each([
    'STOP',
    'stop',
    ' Stop! ',
    'STOPALL',
    'unsubscribe',
    'Cancel',
    'END',
    'quit',
    'ARRÊT',
    'arret',
    'Stopp.',
    '«STOP»',
    'ＳＴＯＰ',
    'СТОП',
    '停止',
  ])('takes %s for STOP', (text) => {
    expect(optOutWordOf(text)).toBe('stop');
  });

  it.each(['START', 'unstop', 'Yes'])('takes %s for START', (text) => {
    expect(optOutWordOf(text)).toBe('start');
  });

  it.each(['', 'stop by at five', 'do not stop', 'nonstop', 'the end', 'stop '.repeat(100)])(
    'takes %s for neither',
    (text) => {
      expect(optOutWordOf(text)).toBeNull();
    },
  );
});
