import {
  BARE_STOP,
  BEFORE_NUMBER,
  COURTESIES,
  LONE_PHRASES,
  LONE_START,
  START_PHRASES,
  STOP_PHRASES,
} from './opt-out-words.js';

export type OptOutWord = 'stop' | 'start';

/** Longest message that is looked at, as it came and as it reads, in characters. */
const LONGEST = 1_000;
const LONGEST_READ = 100;

/** Digits of the shortest number that may follow STOP: `stop 5` is about something else. */
const SHORTEST_NUMBER = 3;

/** Letters that no normal form takes apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ı: 'i',
  ł: 'l',
  đ: 'd',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ð: 'd',
  þ: 'th',
  ς: 'σ',
  // Arabic is written with Persian letters and without points, and the other way round.
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
};
const OTHER_LETTERS = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

/**
 * What is not seen, and no space: joiners, marks of direction, soft hyphens, fillers, variation selectors, the Arabic
 * stretcher.
 */
const UNSEEN = ranges('34F 115F-1160 17B4-17B5 180B-180F 2800 3164 FFA0 640 FE00-FE0F E0100-E01EF', '\\p{Cf}');

/** Accents and points. Not the vowels of Indic scripts, which are marks too, nor the voicing of kana. */
const ACCENTS = ranges('300-36F 591-5C7 610-61A 64B-65F 670 6D6-6ED 1AB0-1AFF 1DC0-1DFF 20D0-20FF');

/** The sign alone, once or more; nothing else of it can be read. */
const STOP_SIGN = /^[\p{Z}\p{P}\s\uFE0F]*🛑[\p{Z}\p{P}\s\uFE0F🛑]*$/u;

/** A letter written three times or more: no language has it so. */
const STRETCHED = /(\p{L})\1{2,}/gu;

/** Letters of the shortest word that may be stretched: `ttt` is not the T of China. */
const SHORTEST_STRETCHED = 3;

const STOP = phrases(Object.values(STOP_PHRASES).join());
const LONE_STOP = phrases(Object.values(LONE_PHRASES).join());
const START = phrases(Object.values(START_PHRASES).join());
const POLITE = [...phrases(COURTESIES)];
const CONNECTORS = phrases(BEFORE_NUMBER);

/**
 * Tells whether a message is a wish to be left alone, or its taking back, and nothing else. The rule: read without
 * accents, case, punctuation, emoji and what is not seen, it is one of the phrases of `opt-out-words.ts`, once,
 * repeated (`STOP STOP`) or followed by others (`STOP / END`), spelt (`S.T.O.P`) or stretched (`STOOOP`), or the stop
 * sign 🛑; beside it may stand a courtesy, and after it the number it was written to (`STOP 36180`, `STOP au 36180`).
 * "Stop by at five" is none.
 */
export function optOutWordOf(text: string): OptOutWord | null {
  if (text.length > LONGEST) return null;
  if (STOP_SIGN.test(text)) return 'stop';
  const read = asRead(text);
  if (read.length === 0 || read.length > LONGEST_READ) return null;
  if (read === LONE_START) return 'start';
  if (read === BARE_STOP) return 'stop';
  const said = once(withoutCourtesies(read));
  return wordOf(said) ?? stretchedWordOf(said);
}

function wordOf(said: string): OptOutWord | null {
  if (STOP.has(said) || LONE_STOP.has(said) || STOP.has(once(withoutNumber(said))) || isManyStops(said)) return 'stop';
  return START.has(said) ? 'start' : null;
}

/** `stoppp` is `stopp` and `stop`. */
function stretchedWordOf(said: string): OptOutWord | null {
  const [twice, single] = ['$1$1', '$1'].map((letters) => said.replace(STRETCHED, letters)) as [string, string];
  if (single === said || single.length < SHORTEST_STRETCHED) return null;
  return wordOf(once(twice)) ?? wordOf(once(single));
}

/** Words in small letters, one space between them. */
function asRead(text: string): string {
  return text
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .toLowerCase()
    .normalize('NFD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .replace(OTHER_LETTERS, (letter) => LETTERS[letter] ?? letter)
    .replace(/[^\p{L}\p{M}\p{Nd}]+/gu, ' ')
    .replace(/(?<=[\p{L}\p{M}])(?=\p{Nd})/gu, ' ')
    .trim();
}

function phrases(list: string): Set<string> {
  return new Set(list.split(',').map(asRead));
}

function withoutCourtesies(said: string): string {
  const before = POLITE.find((phrase) => said.startsWith(`${phrase} `));
  if (before !== undefined) return withoutCourtesies(said.slice(before.length + 1));
  const after = POLITE.find((phrase) => said.endsWith(` ${phrase}`));
  return after === undefined ? said : withoutCourtesies(said.slice(0, -after.length - 1));
}

function withoutNumber(said: string): string {
  const [, words, number = ''] = /^(.*?\D)((?: \p{Nd}+)+)$/u.exec(said) ?? [];
  if (words === undefined || number.replaceAll(' ', '').length < SHORTEST_NUMBER) return said;
  const space = words.lastIndexOf(' ');
  return space > 0 && CONNECTORS.has(words.slice(space + 1)) ? words.slice(0, space) : words;
}

/** `stop end`: whoever writes several of them copies what he was told to choose from. The first says it by itself. */
function isManyStops(said: string): boolean {
  const [first = '', ...others] = said.split(' ');
  return STOP.has(first) && others.length > 0 && others.every((word) => STOP.has(word) || LONE_STOP.has(word));
}

/** `stop stop stop` is `stop`, and so is `s t o p`. */
function once(said: string): string {
  const words = said.split(' ');
  const [first = ''] = words;
  if (words.length > 2 && words.every((word) => /^\p{Script=Latin}$/u.test(word))) return words.join('');
  return words.every((word) => word === first) ? first : said;
}

/** Any of these characters. @param list code points and ranges of them, in hex */
function ranges(list: string, others = ''): RegExp {
  const parts = list.split(' ').map((range) => range.replace(/[0-9A-F]+/g, (point) => `\\u{${point}}`));
  return new RegExp(`[${others}${parts.join('')}]`, 'gu');
}
