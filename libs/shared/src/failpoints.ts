/**
 * The steps at which a proof may strike a process (`npm run prove`), and what has been done when each is reached. Those
 * of a delivery are reached once for a batch up to `rendered`, at `placed` once for as many as get a place together,
 * and once for a message from then on.
 */
export const FAILPOINTS = {
  'accept.checked': 'requests are checked, and nothing is written',
  'accept.committed': 'rows are committed, and nothing is published',
  'accept.answering': 'all is done, and nobody has been answered',
  'delivery.claimed': 'messages are claimed',
  'delivery.slotted': 'their slots of the rate limiter are booked',
  'delivery.rendered': 'they are rendered',
  'delivery.placed': 'messages have their places at the vendor, and are not marked',
  'delivery.marked': 'it is marked, and the vendor is not called',
  'delivery.called': 'the vendor has answered, and nothing is recorded',
  'delivery.recorded': 'the outcome is recorded',
  'evidence.taken': 'what vendors told is taken up, and nothing of it applied',
  'evidence.applied': 'what vendors told is applied, and not committed',
} as const;

export type Failpoint = keyof typeof FAILPOINTS;

/**
 * `kill`: the process dies as if its machine had lost its power. `stop`: it stands still until it gets SIGCONT.
 * `throw`: the step fails, as it does when the database goes away; where no step is left to fail, the process ends.
 */
const ACTIONS = ['kill', 'stop', 'throw'] as const;

/** Something that will happen, once: when the failpoint is reached for the n-th time. */
export interface ArmedFailpoint {
  name: Failpoint;
  action: (typeof ACTIONS)[number];
  /** From 1. */
  at: number;
}

/** Undefined in every process but those of a proof. */
let armed: (ArmedFailpoint & { reached: number })[] | undefined;

/** Says that a step was done. Costs a look at one variable, unless this process was armed. */
export function reach(name: Failpoint): void {
  if (armed !== undefined) strike(armed, name);
}

/** Arms this process with these and no others; with none it is as it was. */
export function armFailpoints(failpoints: readonly ArmedFailpoint[]): void {
  armed = failpoints.length === 0 ? undefined : failpoints.map((failpoint) => ({ ...failpoint, reached: 0 }));
}

function strike(points: NonNullable<typeof armed>, name: Failpoint): void {
  for (const point of points) {
    if (point.name !== name || ++point.reached !== point.at) continue;
    if (point.action === 'throw') throw new Error(`failpoint ${name}`);
    process.kill(process.pid, point.action === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  }
}

/**
 * Reads `delivery.marked=kill@3`: a failpoint, what happens there, and at which time of being reached (default: the
 * first).
 *
 * @returns the sentence that is wrong with it, where something is
 */
export function parseFailpoint(text: string): ArmedFailpoint | string {
  const [, name = '', action = '', at = '1'] = /^([a-z.]+)=([a-z]+)(?:@([1-9]\d{0,5}))?$/.exec(text) ?? [];
  const known = ACTIONS.find((one) => one === action);
  if (known && isFailpoint(name)) return { name, action: known, at: Number(at) };
  return (
    `"${text}" is no failpoint: write one of ${Object.keys(FAILPOINTS).join(', ')}, an equals sign, one ` +
    `of ${ACTIONS.join(', ')}, and perhaps @3 for the third time`
  );
}

function isFailpoint(name: string): name is Failpoint {
  return Object.hasOwn(FAILPOINTS, name);
}
