import { readable } from './table.js';

export interface Bar {
  label: string;
  value: number;
  /** The range over the rounds, drawn as a thin line. */
  min: number;
  max: number;
  /** Drawn in the colour of what is ours. */
  ours: boolean;
}

const WIDTH = 860;
const LABELS = 430;
const ROW = 26;
const TOP = 44;
const SCALE_WIDTH = WIDTH - LABELS - 90;

// Chosen to be told apart on white and on black, by colour-blind people too.
const COLOURS = { ours: '#2563eb', other: '#94a3b8' };

/** Horizontal bars as an SVG, readable on light and dark pages. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const height = TOP + bars.length * ROW + 12;
  const largest = Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE);
  const rows = bars.map((bar, index) => row(bar, TOP + index * ROW, SCALE_WIDTH / largest));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img"
  aria-label="${escaped(title)}">
<style>text { font: 13px system-ui, sans-serif;
  fill: #1e293b } @media (prefers-color-scheme: dark) { text { fill: #e2e8f0 } }</style>
<text x="12" y="26" style="font-size: 15px; font-weight: 600">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`;
}

function row({ label, value, min, max, ours }: Bar, y: number, scale: number): string {
  const middle = y + ROW / 2;
  const width = (amount: number) => (amount * scale).toFixed(1);
  const end = LABELS + max * scale + 8;
  return [
    `<text x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
    `<rect x="${LABELS}" y="${y + 4}" width="${width(value)}" height="${ROW - 8}" rx="2" ` +
      `fill="${ours ? COLOURS.ours : COLOURS.other}"/>`,
    `<path d="M${(LABELS + min * scale).toFixed(1)} ${middle}H${(LABELS + max * scale).toFixed(1)}" ` +
      'stroke="#0f172a" stroke-width="1.5"/>',
    `<text x="${end.toFixed(1)}" y="${middle + 4}">${readable(value)}</text>`,
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
