import { engineOptions } from '@outbell/persistence/data-source.js';
import type { ClientBase } from 'pg';
import { DataSource } from 'typeorm';

/** What statements did, added up over the nodes of their plans and all calls. */
export interface PlanCost {
  calls: number;
  /** Rows that nodes gave, or read and dropped, in all of their loops. */
  rows: number;
  /** Blocks that scans of tables and indexes touched. */
  blocks: number;
}

/** A node as EXPLAIN (ANALYZE, FORMAT JSON) shows it. */
interface PlanNode {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
}

interface Explained {
  'Query Text': string;
  Plan: PlanNode;
}

/** Has the server explain each statement to its client once it has ended, planned without a look at its parameters. */
const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
  client_min_messages: 'notice',
  log_min_messages: 'error',
  plan_cache_mode: 'force_generic_plan',
};

/** Of a statement's name, in characters. */
const LONGEST = 100;

/** Runs statements on connections as the engine's, and adds up what each of them did. */
export class PlanCosts {
  private costs = new Map<string, PlanCost>();

  private constructor(readonly dataSource: DataSource) {}

  static async open(url: string): Promise<PlanCosts> {
    const options = engineOptions(url, 1);
    const { onConnect, ...extra } = options.extra as { onConnect: (client: ClientBase) => Promise<unknown> };
    const settings = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
    const costs = new PlanCosts(
      new DataSource({
        ...options,
        extra: {
          ...extra,
          options: settings.join(' '),
          onConnect: async (client: ClientBase) => {
            await onConnect(client);
            client.on('notice', ({ message }) => costs.add(message));
          },
        },
      }),
    );
    await costs.dataSource.initialize();
    return costs;
  }

  /** @returns what each statement did meanwhile, by its beginning */
  async during(work: () => Promise<unknown>): Promise<Map<string, PlanCost>> {
    this.costs = new Map();
    await work();
    return this.costs;
  }

  private add(message: string | undefined): void {
    const json = /plan:\n(\{.*\})\s*$/s.exec(message ?? '')?.[1];
    if (json === undefined) return;
    const { Plan: plan, 'Query Text': text } = JSON.parse(json) as Explained;
    const words = text.replace(/\s+/g, ' ').trim();
    const name = words.length <= LONGEST ? words : `${words.slice(0, LONGEST / 2)} … ${words.slice(-LONGEST / 2)}`;
    const cost = costOf(plan);
    const before = this.costs.get(name) ?? { calls: 0, rows: 0, blocks: 0 };
    const [rows, blocks] = [before.rows + cost.rows, before.blocks + cost.blocks];
    this.costs.set(name, { calls: before.calls + 1, rows, blocks });
  }
}

function costOf(node: PlanNode): PlanCost {
  const cost = { calls: 1, rows: 0, blocks: 0 };
  for (const child of node.Plans ?? []) {
    const { rows, blocks } = costOf(child);
    cost.rows += rows;
    cost.blocks += blocks;
  }
  // What a scan of a CTE reads is counted where the CTE is made; a bitmap's heap is counted with its index.
  if (/^(Index|Seq|Bitmap Index)/.test(node['Node Type']))
    cost.blocks += (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);
  const removed = ['Rows Removed by Filter', 'Rows Removed by Join Filter', 'Rows Removed by Index Recheck'] as const;
  cost.rows += node['Actual Loops'] * (node['Actual Rows'] + removed.reduce((sum, name) => sum + (node[name] ?? 0), 0));
  return cost;
}
