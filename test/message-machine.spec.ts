import { next } from './support/message-machine.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { TenantFactory } from './support/factories.js';
import { WORKERS, fewCommands } from './support/message-commands.js';
import { type Disagreement, MessageReplay } from './support/message-replay.js';
import { type Command, type Entry, type Machine, MessageWorld } from './support/message-world.js';

const POLICY: RetryPolicy = { attempts: 3, delayMs: 600_000, factor: 1, maxDelayMs: 600_000 };
const RUNS = 4;
/** Messages of one run: their statements are shared. */
const MESSAGES = 100;

const machine: Machine = (state, event) => next(state, event, POLICY);

function historyOf(script: Command[], rules: Machine, keyed: boolean): Entry[] {
  const world = new MessageWorld(rules, WORKERS, keyed);
  for (const command of script) world.run(command);
  return world.trace;
}

/**
 * What one would want to read, instead of the scripts of a hundred messages: where one of them went apart, and what had
 * happened to it.
 */
function story({ differences }: Disagreement, history: Entry[] = []): string {
  return [...differences, 'after', ...history.map(({ event }) => JSON.stringify(event))].join('\n');
}

describe('the statements', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  async function compare(scripts: Command[][], rules: Machine): Promise<void> {
    const histories = scripts.map((script, index) => historyOf(script, rules, index % 3 === 0));
    const ids = await tenant.messages(scripts.length);
    const replay = new MessageReplay(database.dataSource, tenant, POLICY);
    for (let at = 0; histories.some((history) => at < history.length); at++) {
      const moment = histories.flatMap((history, index) => {
        const entry = history[at];
        return entry ? [{ id: ids[index] as string, entry }] : [];
      });
      const [disagreed] = await replay.carryOut(moment);
      if (disagreed) throw new Error(story(disagreed, histories[ids.indexOf(disagreed.id)]?.slice(0, at + 1)));
    }
  }

  async function check(rules: Machine, runs: number): Promise<void> {
    const scripts = fc.noBias(fc.array(fewCommands, { minLength: MESSAGES, maxLength: MESSAGES }));
    const property = fc.asyncProperty(scripts, (all) => compare(all, rules));
    const plugins = [fc.interruptAfterTimeLimit(15_000)];
    await fc.assert(property, { numRuns: runs, plugins, endOnFailure: true });
  }

  it('do what the machine says, to hundreds of messages in whatever order things happen', async () => {
    await check(machine, RUNS);
  }, 60_000);

  it('do not do what another machine says', async () => {
    const forgiving: Machine = (state, event) =>
      event.type === 'rescue' ? { ...machine(state, event), lostLeases: state.lostLeases } : machine(state, event);
    await expect(check(forgiving, 1)).rejects.toThrow('Property failed');
    const deaf: Machine = (state, event) => (event.type === 'receipt' ? state : machine(state, event));
    await expect(check(deaf, 1)).rejects.toThrow('Property failed');
  });
});
