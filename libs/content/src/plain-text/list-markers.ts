/** Makes the markers before the items of a list: a star, or numbers as `start`, `value` and `type` say. */
export class ListMarkers {
  private next: number;

  constructor(
    private readonly ordered: boolean,
    start: string | undefined,
    private readonly type: string | undefined,
  ) {
    this.next = integer(start) ?? 1;
  }

  /** @param value the item's own number, where it has one */
  marker(value: string | undefined): string {
    if (!this.ordered) return ' * ';
    const number = integer(value) ?? this.next;
    this.next = number + 1;
    return ` ${numeral(number, this.type)}. `;
  }
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*-?\d{1,9}\s*$/.test(text) ? Number(text) : undefined;
}

function numeral(number: number, type = '1'): string {
  if (number < 1 || number > 3_999) return String(number);
  if (type === 'i' || type === 'I') return inCase(roman(number), type === 'I');
  if (type === 'a' || type === 'A') return inCase(letters(number), type === 'A');
  return String(number);
}

function inCase(text: string, upper: boolean): string {
  return upper ? text.toUpperCase() : text;
}

/** 1 is a, 26 is z, 27 is aa. */
function letters(number: number): string {
  const rest = Math.floor((number - 1) / 26);
  return (rest > 0 ? letters(rest) : '') + String.fromCharCode(97 + ((number - 1) % 26));
}

const ROMAN: readonly [number, string][] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

function roman(number: number): string {
  const [value, sign] = ROMAN.find(([least]) => least <= number) ?? [];
  return value === undefined ? '' : `${sign}${roman(number - value)}`;
}
