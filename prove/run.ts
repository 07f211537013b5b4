import { Chance } from './harness/chance.js';
import { type Evidence, gather, openOf } from './harness/evidence.js';
import { Stage } from './harness/stage.js';
import type { Queue } from './harness/servers.js';
import type { World } from './harness/world.js';
import { INVARIANTS } from './invariants.js';
import type { Scenario } from './scenario.js';

/** A scenario on a queue, at chances of its own. */
export interface Run {
  scenario: Scenario;
  queue: Queue;
  /** From 1. */
  round: number;
}

/** What a run came to. */
export interface RunResult {
  run: Run;
  messages: number;
  /** Answered 202 and without a row, or never come to an end. */
  lost: number;
  sentTwice: number;
  unknown: number;
  /**
   * From the end of the fault to the end of the last message that was accepted before it, in ms; null when it did not
   * get there.
   */
  recoveryMs: number | null;
  tookMs: number;
  /** Sentences; empty when everything holds. */
  broken: string[];
}

/** Plays it, and looks at what is left. Never throws: whatever goes wrong breaks a promise. */
export async function playRun(world: World, run: Run, seed: number, quick: boolean): Promise<RunResult> {
  const began = performance.now();
  const nothing = { messages: 0, lost: 0, sentTwice: 0, unknown: 0, recoveryMs: null };
  try {
    const chance = new Chance(seed, `${run.scenario.name} ${run.queue} ${run.round}`);
    const stage = await Stage.set(world, run.scenario.vendors ?? ['smtp'], chance, quick);
    try {
      await run.scenario.play(stage);
      await stage.load.finish(stage.messages);
      const evidence = await gather(stage);
      return { run, ...judged(run.scenario, stage, evidence), tookMs: performance.now() - began };
    } finally {
      await stage.end();
    }
  } catch (error) {
    const broken = [error instanceof Error ? error.message : String(error)];
    return { run, ...nothing, tookMs: performance.now() - began, broken };
  }
}

function judged(scenario: Scenario, stage: Stage, evidence: Evidence) {
  const { rows, accepted, calls } = evidence;
  const ids = new Set(rows.map(({ id }) => id));
  const taken = [...calls.values()].map((own) => own.filter(({ outcome }) => /accepted|dropped_after/.test(outcome)));
  const counts = {
    messages: rows.length,
    lost: [...accepted.values()].filter((id) => !ids.has(id)).length + openOf(evidence).length,
    sentTwice: taken.filter(({ length }) => length > 1).length,
    unknown: rows.filter(({ status }) => status === 'unknown').length,
  };
  return {
    ...counts,
    recoveryMs: recovery(stage, evidence),
    broken: [
      ...INVARIANTS.flatMap(({ broken }) => broken(evidence)),
      ...(stage.overAt === undefined ? ['the fault was never over'] : []),
      ...tooMany(scenario, evidence),
    ],
  };
}

/** Every message that did not reach anybody, by why, when the fault does not explain so many of them. */
function tooMany({ allows = {} }: Scenario, { rows }: Evidence): string[] {
  const unsent = rows.filter(({ status }) => status !== 'sent' && status !== 'delivered');
  const limits = { unknown: 0, failed: 0, ...allows };
  const others = unsent.filter(({ status }) => !Object.hasOwn(limits, status));
  return [
    ...Object.entries(limits).flatMap(([status, most]) => {
      const those = unsent.filter((row) => row.status === status);
      return those.length > most ? [`${those.length} are ${status}, not ${most} at most: ${reasonsOf(those)}`] : [];
    }),
    ...(others.length > 0 ? [`${others.length} ended otherwise: ${reasonsOf(others)}`] : []),
  ];
}

function reasonsOf(rows: Evidence['rows']): string {
  return [...new Set(rows.map(({ status, reason }) => `${status} (${reason})`))].join(', ');
}

function recovery({ overAt }: Stage, evidence: Evidence): number | null {
  if (overAt === undefined || openOf(evidence).length > 0) return null;
  const before = evidence.rows.filter(({ created }) => created <= overAt);
  return Math.max(0, ...before.map(({ updated }) => updated - overAt));
}
