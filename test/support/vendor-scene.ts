import type { Channel } from '@outbell/shared/constants/channels.js';
import { newId } from '@outbell/shared/uuid.js';
import { freePort } from '../../tools/servers/ports.mjs';
import type { TestKey } from './api.js';
import { ChannelScene, type Shown } from './channel-scene.js';
import type { SandboxVendor } from './sandbox-vendors.js';
import { SandboxStage } from './sandbox-stage.js';
import { until } from './until.js';

const NUMBER = '+33698765432';
const SENDERS: Record<Channel, string> = {
  email: 'shop@example.com',
  sms: NUMBER,
  whatsapp: NUMBER,
  push: 'com.example.shop',
  voice: NUMBER,
};

/** What is between a message and its first report, and between two, in ms. */
const DELAY_MS = 20;

interface Connection {
  id: string;
  callback_url: string | null;
  verification?: { ok: boolean; reason?: string };
}

/** A tenant of its own, with one connection to one vendor of the sandbox. */
export interface Customer {
  key: TestKey;
  vendor: SandboxVendor;
  connection: Connection;
}

export interface Suppression {
  channel: string;
  address: string;
  reason: string;
}

/** An API that vendors can call back, a worker, and the sandbox that plays the vendors. */
export class VendorScene {
  private constructor(
    readonly channels: ChannelScene,
    readonly stage: SandboxStage,
  ) {}

  static async set(settings: Record<string, string> = {}): Promise<VendorScene> {
    const stage = await SandboxStage.start();
    const port = await freePort();
    const PUBLIC_URL = `http://127.0.0.1:${port}`;
    const all = { PUBLIC_URL, ...settings };
    const channels = await ChannelScene.set('email,sms,whatsapp,push,voice', undefined, all);
    await channels.api.app.listen(port, '127.0.0.1');
    return new VendorScene(channels, stage);
  }

  /** A tenant that has connected itself as docs/callbacks.md has it. */
  async customer(vendor: SandboxVendor): Promise<Customer> {
    const { provider, channel } = vendor;
    const key = await this.channels.api.newKey();
    await this.channels.api.database.dataSource.query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at) VALUES ($1, $2, $3, $4, 'verified',
        now())`,
      [newId(), key.tenantId, channel, SENDERS[channel]],
    );
    const credentials = vendor.credentials(this.baseOf(vendor));
    const wanted = { channel, provider, name: provider, credentials };
    const connection = await this.channels.post<Connection>('/v1/connections', wanted, key);
    const secrets = await this.registerReceipts(vendor, connection);
    const customer = { key, vendor, connection };
    return secrets
      ? { ...customer, connection: await this.change(customer, { ...credentials, ...secrets }) }
      : customer;
  }

  /** Sends it, and waits until a worker has done with it. */
  send({ key, vendor: { channel } }: Customer, to: string, content: object): Promise<Shown> {
    return this.channels.send({ channel, sender: SENDERS[channel], to, ...content }, key);
  }

  /** Waits until the message has that status. */
  becomes({ key }: Customer, id: string, status: string): Promise<Shown> {
    return until(async () => {
      const shown = await this.channels.get<Shown>(`/v1/messages/${id}`, key);
      return shown.status === status && shown;
    });
  }

  async suppressions({ key }: Customer): Promise<Suppression[]> {
    return (await this.channels.get<{ data: Suppression[] }>('/v1/suppressions', key)).data;
  }

  /** Waits for the first. */
  suppressed(customer: Customer): Promise<Suppression[]> {
    return until(async () => {
      const found = await this.suppressions(customer);
      return found.length > 0 && found;
    });
  }

  /** A browser that has allowed notifications. @returns its address */
  async browser(): Promise<string> {
    const answer = await fetch(`${this.stage.vendor('web-push')}/subscriptions`, { method: 'POST' });
    return JSON.stringify(await answer.json());
  }

  async end(): Promise<void> {
    await this.channels.end();
    await this.stage.stop();
  }

  private baseOf({ provider }: SandboxVendor): string {
    // WhatsApp over Twilio is Twilio.
    return this.stage.vendor(provider === 'twilio-whatsapp' ? 'twilio' : provider);
  }

  /** @returns what the connection has to know to believe the receipts */
  private async registerReceipts(
    vendor: SandboxVendor,
    { callback_url: url }: Connection,
  ): Promise<object | undefined> {
    const { provider, receipts } = vendor;
    if (!receipts) return undefined;
    const target = { url, delay_ms: DELAY_MS, ...receipts.target?.(this.baseOf(vendor)) };
    const { status, body } = await this.stage.api('PUT', `receipts/${provider}`, target);
    if (status !== 200) throw new Error(`receipts of ${provider}: ${JSON.stringify(body)}`);
    return receipts.secrets?.(body as Record<string, string>);
  }

  private async change({ key, connection: { id } }: Customer, credentials: object): Promise<Connection> {
    const request = {
      method: 'PATCH',
      url: `/v1/connections/${id}`,
      headers: key.headers,
      payload: { credentials },
    } as const;
    return (await this.channels.api.app.inject(request)).json<Connection>();
  }
}
