/** GSM 03.38, basic set: one septet each. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Its extension table: an escape and the character, two septets. */
const EXTENDED = '\f^{}\\[~]|€';

const SEPTETS = new Map([
  ...Array.from(BASIC, (character) => [character, 1] as const),
  ...Array.from(EXTENDED, (character) => [character, 2] as const),
]);

/** What fits into one message that stands alone, and into each part of a longer one, whose header takes 6 bytes. */
const ROOM = { 'GSM-7': { alone: 160, part: 153 }, 'UCS-2': { alone: 70, part: 67 } };

/** The longest text that Amazon SNS and Twilio (WhatsApp too) take, in characters. */
export const LONGEST_SMS = 1_600;

export interface SmsMeasure {
  /** As a person counts them: an emoji is one. */
  characters: number;
  /** Every text with a character outside GSM 03.38 is sent as UCS-2. */
  encoding: 'GSM-7' | 'UCS-2';
  /** What the operators bill. */
  segments: number;
}

/**
 * Measures how a text travels: in which encoding and in how many messages. Neither an escape sequence nor a surrogate
 * pair is ever split.
 */
export function measureSms(text: string): SmsMeasure {
  const characters = Array.from(text);
  const encoding = characters.every((character) => SEPTETS.has(character)) ? 'GSM-7' : 'UCS-2';
  const units = characters.map((character) => (encoding === 'GSM-7' ? SEPTETS.get(character) : character.length) ?? 1);
  return { characters: characters.length, encoding, segments: segmentsOf(units, ROOM[encoding]) };
}

function segmentsOf(units: readonly number[], { alone, part }: { alone: number; part: number }): number {
  if (units.reduce((sum, unit) => sum + unit, 0) <= alone) return 1;
  let segments = 1;
  let used = 0;
  for (const unit of units) {
    if (used + unit > part) {
      segments += 1;
      used = 0;
    }
    used += unit;
  }
  return segments;
}
