import type { Figure } from './figure.js';

/** What is to be reached: one figure, or its ratio to another of the same run. */
export interface Target {
  title: string;
  figure: string;
  beside?: string;
  atLeast?: number;
  atMost?: number;
}

/** A target with what this run says of it. */
export interface Judgement extends Target {
  value: number;
  reached: boolean;
}

/** Ratios within one run: absolute numbers are the machine's. */
export const TARGETS: readonly Target[] = [
  {
    title: 'whole delivery in process, queue on Redis ÷ bare BullMQ no-op on Redis',
    figure: 'drain-in-process-redis',
    beside: 'bullmq-process-redis',
    atLeast: 1,
  },
  {
    title: 'whole delivery in process, queue on PostgreSQL ÷ bare BullMQ no-op on PostgreSQL',
    figure: 'drain-in-process-postgres',
    beside: 'bullmq-process-postgres',
    atLeast: 4,
  },
  {
    title: 'whole delivery to an HTTP sink ÷ bare BullMQ no-op on Redis',
    figure: 'drain-http-redis',
    beside: 'bullmq-process-redis',
    atLeast: 0.6,
  },
  {
    title: 'whole delivery to an HTTP sink ÷ plain worker to the same',
    figure: 'drain-http-redis',
    beside: 'plain-worker',
    atLeast: 10,
  },
  {
    title: 'accept in batches ÷ bare BullMQ addBulk on Redis',
    figure: 'accept-batch',
    beside: 'bullmq-add-bulk-redis',
    atLeast: 1.5,
  },
  {
    title: 'accept, single requests ÷ an empty Nest/Fastify POST with the same DTO',
    figure: 'accept-single',
    beside: 'accept-empty-post',
    atLeast: 0.7,
  },
  ...growth('drain', 'delivery'),
  ...growth('accept', 'accept in batches'),
  {
    title: 'urgent message accept→provider, p99: during a bulk drain ÷ idle',
    figure: 'latency-urgent-busy-p99',
    beside: 'latency-urgent-idle-p99',
    atMost: 3,
  },
  {
    title: 'a tenant’s 100 messages: beside one with very many ÷ alone',
    figure: 'fairness-beside',
    beside: 'fairness-alone',
    atMost: 2,
  },
  { title: 'idle installation (api + worker + PostgreSQL), MB', figure: 'memory-idle', atMost: 350 },
  {
    title: 'worker: memory kept after all messages ÷ after a third of them',
    figure: 'memory-worker-growth',
    atMost: 1.1,
  },
];

function growth(what: string, title: string): Target[] {
  const rows = (count: string, written: string) => ({
    title: `${title} with ${written} messages in the table ÷ with 10⁴`,
    figure: `growth-${what}-rows-${count}`,
    beside: `growth-${what}-rows-10000`,
    atLeast: 0.9,
  });
  return [
    rows('100000', '10⁵'),
    rows('1000000', '10⁶'),
    {
      title: `${title} with 10,000 tenants ÷ with one`,
      figure: `growth-${what}-tenants-10000`,
      beside: `growth-${what}-tenants-1`,
      atLeast: 0.9,
    },
  ];
}

/** What a run says of those targets whose figures it measured. */
export function judge(figures: readonly Figure[], targets: readonly Target[] = TARGETS): Judgement[] {
  const medians = new Map(figures.map(({ name, median }) => [name, median]));
  return targets.flatMap((target) => {
    const own = medians.get(target.figure);
    const other = target.beside === undefined ? 1 : medians.get(target.beside);
    if (own === undefined || other === undefined) return [];
    const value = own / other;
    return [
      { ...target, value, reached: value >= (target.atLeast ?? -Infinity) && value <= (target.atMost ?? Infinity) },
    ];
  });
}
