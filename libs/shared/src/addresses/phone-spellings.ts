/**
 * Argentina's area codes of three digits. 11 (Buenos Aires) alone has two, all others have four.
 * Source: ENACOM, Plan Fundamental de Numeración Nacional.
 */
const AREAS_OF_THREE = new Set(
  (
    '220 221 223 230 236 237 249 260 261 263 264 266 280 291 294 297 298 299 336 341 342 343 345 348 351 353 358 362 ' +
    '364 370 376 379 380 381 383 385 387 388'
  ).split(' '),
);

/**
 * The first two digits that Côte d'Ivoire put before its mobile numbers in 2021, by the second digit of the old number.
 */
const IVORIAN = ['01', '01', '01', '01', '05', '05', '05', '07', '07', '07'] as const;

/** All ways of writing the national number (the digits after the country code), itself among them. */
type Spell = (national: string) => readonly string[];

/**
 * Countries in which a mobile number is in use under several spellings: WhatsApp and older address books keep those
 * from before a change of the numbering plan, or with a prefix that is dialled for some calls only.
 */
const COUNTRIES: Readonly<Record<string, Spell>> = {
  // Benin, since 30 November 2024: 01 before each number.
  '229': (national) => {
    const old = /^(?:01)?(\d{8})$/.exec(national)?.[1];
    return old === undefined ? [] : [`01${old}`, old];
  },
  // Côte d'Ivoire, since 31 January 2021. Numbers that begin with 2 or 3 are landlines, and got other digits.
  '225': (national) => {
    const old = /^(?:0[157])?([014-9]\d{7})$/.exec(national)?.[1];
    if (old === undefined) return [];
    const now = `${IVORIAN[Number(old.charAt(1))] ?? ''}${old}`;
    return national === old || national === now ? [now, old] : [];
  },
  // Mexico: the 1 before mobile numbers is gone since 2019, and still in WhatsApp's ids.
  '52': (national) => {
    const number = /^1?(\d{10})$/.exec(national)?.[1];
    return number === undefined ? [] : [number, `1${number}`];
  },
  // Brazil: mobile numbers got a 9 after the area code by 2016. Eight digits that begin with 2 to 5 are landlines.
  '55': (national) => {
    const [, area, number] = /^([1-9]\d)9?([6-9]\d{7})$/.exec(national) ?? [];
    return area === undefined || number === undefined ? [] : [`${area}9${number}`, area + number];
  },
  // Argentina: 9 before the area code when called from abroad, 15 after it when called from within.
  '54': (national) => {
    const number = argentine(national);
    if (number === undefined) return [];
    const [area, line] = [number.slice(0, areaLength(number)), number.slice(areaLength(number))];
    return [`9${number}`, number, `${area}15${line}`, `9${area}15${line}`];
  },
};

/**
 * Every spelling under which one telephone may be known, the given one first. More than one in countries alone where
 * such differences are.
 *
 * @param phone E.164, also one that the numbering plan has no longer (`+5215512345678`)
 */
export function phoneSpellings(phone: string): string[] {
  for (const [code, spell] of Object.entries(COUNTRIES)) {
    if (!phone.startsWith(`+${code}`)) continue;
    const others = spell(phone.slice(code.length + 1)).map((national) => `+${code}${national}`);
    return [...new Set([phone, ...others])];
  }
  return [phone];
}

/** The ten digits of area and line, without 9 and 15. */
function argentine(national: string): string | undefined {
  const number = /^9?([1-8]\d{9})$/.exec(national)?.[1];
  if (number !== undefined) return number;
  const [, dialled = ''] = /^9?([1-8]\d{11})$/.exec(national) ?? [];
  const area = dialled.slice(0, areaLength(dialled));
  return dialled.startsWith('15', area.length) ? area + dialled.slice(area.length + 2) : undefined;
}

function areaLength(number: string): number {
  if (number.startsWith('11')) return 2;
  return AREAS_OF_THREE.has(number.slice(0, 3)) ? 3 : 4;
}
