import type { FaultInput } from '../../apps/sandbox/src/faults/fault.schema.js';
import type { HttpFaultInput } from '../../apps/sandbox/src/faults/http-fault.schema.js';
import type { SentReceipt } from '../../apps/sandbox/src/inbox/arrival.js';
import type { ReceiptKind } from '../../apps/sandbox/src/receipts/receipt-writer.js';
import type { BuiltApp } from '../../test/support/built-app.js';

/** Those that the sandbox plays here. */
export const VENDORS = ['smtp', 'resend', 'sendgrid'] as const;
export type VendorName = (typeof VENDORS)[number];

export type Fault = FaultInput | HttpFaultInput;

/** Calls the mail server takes at once from one worker. */
export const PLACES = 10;

/** So long a healthy vendor takes for a message, in ms: long enough for faults to find messages at it. */
const PACE_MS = 15;
const PACES = VENDORS.map((vendor) => ({ vendor, action: { type: 'slow', ms: PACE_MS } }));

/** Until it tells again what was not answered for the first time, in ms: an API starts meanwhile. */
const REPORT_AGAIN_MS = 2_000;

interface Arrival {
  id: string;
  message_id: string | null;
  receipts: SentReceipt[];
}

/** The sandbox in the vendor's place. */
export class Vendor {
  constructor(
    readonly sandbox: BuiltApp,
    /** Where the apps reach it: a way on which something may happen too. */
    readonly port: number,
  ) {}

  /** From now on it does this to the calls it is asked for, beside being as slow as ever. */
  async misbehave(...faults: Fault[]): Promise<void> {
    await this.ask('PUT', 'faults', [...PACES, ...faults]);
  }

  behave(): Promise<void> {
    return this.misbehave();
  }

  /** How many calls its faults have struck, slowness apart. */
  async struck(): Promise<number> {
    const answer = await fetch(`${this.sandbox.url}/api/faults`);
    const { data } = (await answer.json()) as { data: { fired: number; action: { type: string } }[] };
    return data.slice(PACES.length).reduce((sum, { fired }) => sum + fired, 0);
  }

  /** From now on it takes any number of calls, as an account does whose limits were raised. */
  unlimited(): Promise<void> {
    return this.ask('PUT', 'limits', []);
  }

  /** What a connection to one of them needs. */
  async credentialsOf(name: VendorName): Promise<object> {
    const base_url = `${this.sandbox.url}/vendors/${name}`;
    switch (name) {
      case 'smtp':
        return { host: '127.0.0.1', port: this.port, security: 'none', max_connections: PLACES };
      case 'resend':
        return { api_key: 're_proof', base_url };
      case 'sendgrid':
        return { api_key: 'SG.proof', base_url, webhook_public_keys: [await this.publicKey()] };
    }
  }

  /** From now on SendGrid tells this address what became of messages: `delay_ms` after each thing the next. */
  reportTo(url: string, delay_ms: number): Promise<void> {
    return this.ask('PUT', 'receipts/sendgrid', { url, delay_ms, retry_ms: REPORT_AGAIN_MS });
  }

  /** From now on it tells nothing. */
  async reportNothing(): Promise<void> {
    await fetch(`${this.sandbox.url}/api/receipts/sendgrid`, { method: 'DELETE' });
  }

  /** Has it tell this of these messages now, whether that is answered or not. */
  async report(kind: ReceiptKind, messageIds: ReadonlySet<string>): Promise<void> {
    for (const { id, message_id } of await this.arrivals()) {
      if (message_id === null || !messageIds.has(message_id)) continue;
      await this.ask('POST', `messages/${id}/receipts`, { kind });
    }
  }

  /** By message id, what of its messages it has told, and what it was answered. */
  async reports(): Promise<Map<string, SentReceipt[]>> {
    const arrivals = await this.arrivals();
    return new Map(arrivals.map(({ message_id, receipts }) => [message_id ?? '', receipts]));
  }

  private async arrivals(): Promise<Arrival[]> {
    const arrivals: Arrival[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await fetch(`${this.sandbox.url}/api/messages?vendor=sendgrid&limit=1000${page}`);
      const { data, next_cursor } = (await answer.json()) as { data: Arrival[]; next_cursor: string | null };
      arrivals.push(...data);
      cursor = next_cursor;
    }
    return arrivals;
  }

  private async publicKey(): Promise<string> {
    const answer = await fetch(`${this.sandbox.url}/api/receipts/sendgrid`);
    return ((await answer.json()) as { public_key: string }).public_key;
  }

  private async ask(method: 'PUT' | 'POST', path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.sandbox.url}/api/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the sandbox refuses ${path}: ${await answer.text()}`);
  }
}
