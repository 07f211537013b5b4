import type { Redis } from 'ioredis';
import type { RawEntry } from './stream-entry.js';

/** The consumer group of all workers. */
const GROUP = 'outbell';

/** How long a read waits for something to come, in ms. */
const BLOCK_MS = 1_000;

/** What a pending entry is known by: its id, who holds it, for how long in ms, and how often it was delivered. */
type Pending = [id: string, consumer: string, idleMs: number, deliveries: number];

/** The commands on one stream and its consumer group. */
export class StreamGroup {
  constructor(
    private readonly redis: Redis,
    readonly stream: string,
  ) {}

  /** The stream of entries that nobody could handle. */
  get deadStream(): string {
    return `${this.stream}.dead`;
  }

  /** Makes stream and group where they are missing. @throws WRONGTYPE when something else has the stream's name */
  async ensure(): Promise<void> {
    await this.redis.xgroup('CREATE', this.stream, GROUP, '0', 'MKSTREAM').catch((error: unknown) => {
      if (!String(error).includes('BUSYGROUP')) throw error;
    });
  }

  /** Waits up to a second for new entries. @param reader a connection of its own: it blocks */
  async read(reader: Redis, consumer: string, count: number): Promise<RawEntry[]> {
    const answer = (await reader.callBuffer(
      ...([
        'XREADGROUP',
        'GROUP',
        GROUP,
        consumer,
        'COUNT',
        count,
        'BLOCK',
        BLOCK_MS,
        'STREAMS',
        this.stream,
        '>',
      ] as const),
    )) as [Buffer, RawEntry[]][] | null;
    return answer?.[0]?.[1] ?? [];
  }

  /** Takes over entries that their consumer has not touched for so long. */
  async claim(consumer: string, idleMs: number, count: number): Promise<RawEntry[]> {
    const answer = await this.redis.callBuffer(
      ...(['XAUTOCLAIM', this.stream, GROUP, consumer, idleMs, '0-0', 'COUNT', count] as const),
    );
    return (answer as [Buffer, RawEntry[]])[1];
  }

  /** Says how often each entry was delivered. */
  async deliveries(ids: readonly string[]): Promise<Map<string, number>> {
    const pipeline = this.redis.pipeline();
    for (const id of ids) pipeline.xpending(this.stream, GROUP, id, id, 1);
    const answers = (await pipeline.exec()) ?? [];
    return new Map(
      answers.flatMap(([, found]) => (found as Pending[] | undefined) ?? []).map(([id, , , count]) => [id, count]),
    );
  }

  /** Says that entries are still being worked at: nobody else claims them, and it counts as no delivery. */
  async refresh(consumer: string, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.redis.xclaim(this.stream, GROUP, consumer, 0, ...ids, 'JUSTID');
  }

  async acknowledge(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.redis.xack(this.stream, GROUP, ...ids);
  }

  /** Moves an entry to the dead stream, as it was, with the reason. */
  async bury(id: string, reason: string): Promise<void> {
    const [entry] = (await this.redis.xrangeBuffer(this.stream, id, id)) as RawEntry[];
    const fields = entry?.[1] ?? [];
    await this.redis
      .multi()
      .xadd(this.deadStream, '*', ...fields, 'dead_reason', reason, 'dead_id', id)
      .xack(this.stream, GROUP, id)
      .exec();
  }

  /** Forgets entries that are done, unless others read the stream too. */
  async trim(): Promise<void> {
    const groups = await this.groups();
    const own = groups.find(({ name }) => name === GROUP);
    if (!own || groups.length > 1) return;
    const [, oldest] = (await this.redis.xpending(this.stream, GROUP)) as [number, string | null];
    await this.redis.xtrim(this.stream, 'MINID', '~', oldest ?? String(own['last-delivered-id']));
  }

  /** Removes consumers that hold nothing and have been gone for so long. */
  async forgetConsumers(idleMs: number): Promise<void> {
    const consumers = (await this.redis.xinfo('CONSUMERS', this.stream, GROUP)) as unknown[][];
    for (const { name, pending, idle } of consumers.map(record)) {
      if (pending === 0 && Number(idle) > idleMs)
        await this.redis.xgroup('DELCONSUMER', this.stream, GROUP, String(name));
    }
  }

  /** Counts the entries that no consumer has got yet. */
  async waiting(): Promise<number> {
    const own = (await this.groups()).find(({ name }) => name === GROUP);
    if (!own) return this.redis.xlen(this.stream);
    if (typeof own['lag'] === 'number') return own['lag'];
    const after = `(${String(own['last-delivered-id'])}`;
    return (await this.redis.xrange(this.stream, after, '+', 'COUNT', 1_000)).length;
  }

  private async groups(): Promise<Record<string, unknown>[]> {
    const groups = this.redis.xinfo('GROUPS', this.stream) as Promise<unknown[][]>;
    return (await groups.catch(noSuchKey)).map(record);
  }
}

function noSuchKey(error: unknown): never[] {
  if (String(error).includes('no such key')) return [];
  throw error;
}

/** Reads names and values in turn. */
function record(flat: unknown[]): Record<string, unknown> {
  const entries = flat.flatMap((name, at) => (at % 2 === 0 ? [[String(name), flat[at + 1]] as const] : []));
  return Object.fromEntries(entries);
}
