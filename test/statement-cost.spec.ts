import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { EngineScenes } from './support/engine-scenes.js';
import { TenantFactory } from './support/factories.js';
import { type PlanCost, PlanCosts } from './support/plan-costs.js';

const SMALL = 40;
const LARGE = 400;

/** Ten times the batch, and no more than twice as much for each of its messages; an index may gain a level. */
const FACTOR = 2;
const SLACK = 4;

type Cost = Pick<PlanCost, 'rows' | 'blocks'>;

/**
 * PostgreSQL cannot know how many rows a batch has. Where it expects one, it reads all of one side of a join for each
 * row of the other, and nothing but a bench notices.
 */
describe('what a statement of the engine does for a message', () => {
  let database: TestDatabase;
  let costs: PlanCosts;

  beforeAll(async () => {
    database = await createTestDatabase();
    costs = await PlanCosts.open(database.url);
  });
  afterAll(async () => {
    await costs.dataSource.destroy();
    await database.drop();
  });

  /** @returns by step and statement, of one call and for each message of the batch */
  async function play(size: number): Promise<Map<string, Cost>> {
    const tenant = await TenantFactory.create(database.dataSource);
    const scenes = new EngineScenes(costs.dataSource, database.dataSource, tenant, size);
    const all = new Map<string, Cost>();
    for (const [step, work] of Object.entries(scenes.steps))
      for (const [statement, { calls, rows, blocks }] of await costs.during(work))
        all.set(`${step}: ${statement}`, { rows: rows / calls / size, blocks: blocks / calls / size });
    return all;
  }

  function growing(small: Map<string, Cost>, large: Map<string, Cost>): string[] {
    return [...large].flatMap(([statement, { rows, blocks }]) => {
      const before = small.get(statement) ?? { rows: 0, blocks: 0 };
      if (rows <= FACTOR * before.rows + SLACK && blocks <= FACTOR * before.blocks + SLACK) return [];
      const figures = [before.rows, rows, before.blocks, blocks].map((figure) => figure.toFixed(1));
      return [`${statement}: rows ${figures[0]} -> ${figures[1]}, blocks ${figures[2]} -> ${figures[3]}`];
    });
  }

  it.each(['is known of its tables yet', 'is unknown of its tables'])(
    'does not grow with its batch when nothing %s',
    async (state) => {
      if (state.startsWith('is unknown')) await database.dataSource.query('ANALYZE');
      const small = await play(SMALL);
      const large = await play(LARGE);
      expect(growing(small, large)).toEqual([]);
      expect(large.size).toBeGreaterThan(70);
    },
  );

  it('is seen to grow where one side is read for each row of the other', async () => {
    const crossed = (rows: number) => () =>
      costs.dataSource.query(
        'SELECT FROM generate_series(1, $1::int) AS a JOIN generate_series(1, $1) AS b ON a >= b',
        [rows],
      );
    const [small, large] = [await costs.during(crossed(10)), await costs.during(crossed(100))];
    const each = ([[statement, cost] = ['', { rows: 0, blocks: 0 }]]: Iterable<[string, Cost]>, rows: number) =>
      new Map([[statement, { rows: cost.rows / rows, blocks: cost.blocks }]]);
    expect(growing(each(small, 10), each(large, 100))).toHaveLength(1);
  });
});
