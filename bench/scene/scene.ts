import { newId } from '@outbell/shared/uuid.js';
import { becomesTrue } from '../../tools/servers/processes.mjs';
import type { Bench } from '../harness/bench.js';
import { Child } from '../harness/child.js';
import { FrozenApp } from '../installation/frozen-app.js';
import { Installation } from '../installation/installation.js';
import { issueKeys } from '../installation/keys.js';
import { insertReceipts } from '../installation/messages.js';
import type { Tenant } from '../installation/tenants.js';
import { Sink } from '../sinks/sink.js';
import type { Burst, Paced, Posted } from './requests.child.js';

/** Tenants that send in bulk; the probes are of one more. */
const CROWD = 10;

/** API, worker and vendor as processes, and one that makes requests as a client would: what a tenant sees. */
export class Scene {
  private constructor(
    private readonly installation: Installation,
    private readonly worker: FrozenApp,
    private readonly sink: Sink,
    private readonly client: Child,
    private readonly crowd: Tenant[],
  ) {}

  static async set(bench: Bench): Promise<Scene> {
    const [installation, sink] = await Promise.all([Installation.make(bench, 'redis'), Sink.start('http')]);
    const vendor = { provider: 'http-sink', credentials: { url: `http://127.0.0.1:${sink.port}` } };
    const [probing, ...crowd] = await installation.makeTenants(1 + CROWD, vendor);
    if (!probing) throw new Error('there is no tenant');
    await insertReceipts(installation.dataSource, crowd, CROWD, 'first');
    const worker = await FrozenApp.start(installation, 'bench-worker', () => installation.allSettled());
    const api = await installation.start('api');
    const [prober] = await issueKeys(installation.dataSource, [probing]);
    const client = await Child.start('scene/requests.child.ts', {
      API_URL: api.url,
      API_KEY: prober?.key ?? '',
      SENDER: prober?.sender ?? '',
    });
    const scene = new Scene(installation, worker, sink, client, crowd);
    // What has just started is slow: a request costs it many times what it does later.
    await scene.begin();
    await scene.saturate(bench.size(6, 4));
    return scene;
  }

  /** No message, the worker running, the sink looking for probes. */
  async begin(): Promise<void> {
    await this.worker.freeze();
    await this.installation.empty();
    await this.sink.reset({ lookForProbes: true });
    this.worker.thaw();
  }

  /** Begins with that many messages of the crowd waiting, and lets some of them go. */
  async beginCrowded(count: number, priority: 'normal' | 'bulk'): Promise<void> {
    await this.worker.freeze();
    await this.installation.empty();
    await insertReceipts(this.installation.dataSource, this.crowd.slice(0, 1), count, newId(), priority);
    await this.installation.settle();
    await this.sink.reset({ lookForProbes: true });
    this.worker.thaw();
    const under = count / 20;
    if (!(await becomesTrue(async () => (await this.sink.arrived()) > under, 60_000))) throw new Error(this.worker.log);
  }

  /** Probes at a steady rate, each in a request of its own. @returns ms from the request to the vendor, of each */
  async pace(paced: Paced): Promise<number[]> {
    return this.waysOf(await this.client.ask<Posted[]>('pace', paced));
  }

  /** Probes in one batch. @returns ms from the request until the last one came to the vendor */
  async burst(burst: Burst): Promise<number> {
    return Math.max(...(await this.waysOf(await this.client.ask<Posted[]>('burst', burst))));
  }

  /** As many single requests as the API takes. @returns how many messages a second came out at the vendor */
  async saturate(seconds: number): Promise<number> {
    await this.client.ask('saturate', { seconds, connections: 64 });
    return (await this.sink.arrived()) / seconds;
  }

  /** How many of the crowd's have come through. */
  arrived(): Promise<number> {
    return this.sink.arrived();
  }

  async end(): Promise<void> {
    await this.installation.close();
    await Promise.all([this.client.stop(), this.sink.stop()]);
  }

  private async waysOf(posted: Posted[]): Promise<number[]> {
    let probes = new Map<string, number>();
    const allCame = async () => {
      probes = await this.sink.probes();
      return posted.every(({ id }) => probes.has(id));
    };
    if (!(await becomesTrue(allCame, 60_000))) throw new Error(`probes did not arrive\n${this.worker.log}`);
    return posted.map(({ id, at }) => (probes.get(id) ?? Number.NaN) - at);
  }
}
