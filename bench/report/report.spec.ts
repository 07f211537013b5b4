import { describe, expect, it } from 'vitest';
import { barChart } from './bar-chart.js';
import type { Figure } from './figure.js';
import { figuresOf } from './figures-of.js';
import { figureTable, readable, targetTable } from './table.js';
import { judge } from './targets.js';

function figure(name: string, median: number): Figure {
  return { name, title: `the ${name}`, unit: 'messages/s', rounds: 3, median, min: median - 1, max: median + 1 };
}

describe('figures', () => {
  const rounds = [
    { count: 100, seconds: 2, cpu: { worker: 0.001, redis: 0 }, extra: { 'wait-ms': 3 } },
    { count: 100, seconds: 1, cpu: { worker: 0.003, redis: 0 }, extra: { 'wait-ms': 5 } },
    { count: 100, seconds: 4, cpu: { worker: 0.002, redis: 0 }, extra: { 'wait-ms': 4 } },
  ];

  it('are rates, with CPU microseconds for one message of those who did anything', () => {
    const [rate] = figuresOf({ name: 'x', title: 'The x', rounds }, 'messages/s');
    expect(rate).toMatchObject({ name: 'x', median: 50, min: 25, max: 100, rounds: 3, cpu: { worker: 20 } });
  });

  it('and whatever else a round tells, under a name of its own', () => {
    const [, wait] = figuresOf({ name: 'x', title: 'The x', rounds }, 'messages/s');
    expect(wait).toMatchObject({ name: 'x-wait-ms', title: 'The x: wait', unit: 'ms', median: 4, min: 3, max: 5 });
  });
});

describe('targets', () => {
  const targets = [
    { title: 'twice as fast', figure: 'ours', beside: 'theirs', atLeast: 2 },
    { title: 'at most 350', figure: 'size', atMost: 350 },
    { title: 'not measured in this run', figure: 'ours', beside: 'missing', atLeast: 1 },
  ];

  it('are ratios of medians, or a figure itself; what was not measured is not judged', () => {
    const figures = [figure('ours', 300), figure('theirs', 100), figure('size', 351)];
    expect(judge(figures, targets).map(({ title, value, reached }) => [title, value, reached])).toEqual([
      ['twice as fast', 3, true],
      ['at most 350', 351, false],
    ]);
  });

  it('are reached by what is exactly enough', () => {
    const [judged] = judge([figure('ours', 200), figure('theirs', 100)], targets);
    expect(judged?.reached).toBe(true);
    expect(targetTable(judged ? [judged] : [])).toContain('| twice as fast | ≥ 2 | 2.00 | reached |');
  });
});

describe('the table', () => {
  it('has a line for each figure, its columns in line', () => {
    const lines = figureTable([figure('a', 1234.5), { ...figure('bcd', 7), cpu: { worker: 12, redis: 3 } }]).split(
      '\n',
    );
    expect(lines[2]).toMatch(/^\| the a +\| 1,235 messages\/s \| 1,234 – 1,236 \|/);
    expect(lines[3]).toContain('worker 12, redis 3');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it('shows as many digits as count', () => {
    expect([0.5, 12.345, 1_234.5, Number.NaN].map(readable)).toEqual(['0.50', '12.3', '1,235', '–']);
  });
});

describe('the chart', () => {
  const bars = [
    { label: 'ours & <fast>', value: 100, min: 90, max: 200, ours: true },
    { label: 'theirs', value: 50, min: 50, max: 50, ours: false },
  ];
  const svg = barChart('A "title"', bars);
  const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));

  it('draws bars in proportion, the longest range within the picture', () => {
    expect(widths).toHaveLength(2);
    expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBeCloseTo(2, 5);
    const [, right] = /H([\d.]+)/.exec(svg) ?? [];
    expect(Number(right)).toBeLessThan(860);
  });

  it('writes labels as text, never as markup', () => {
    expect(svg).toContain('ours &amp; &lt;fast>');
    expect(svg).toContain('aria-label="A &quot;title&quot;"');
  });
});
