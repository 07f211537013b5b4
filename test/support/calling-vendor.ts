import {
  type CallbackAnswer,
  type CallbackContext,
  type CallbackReader,
  type CallbackRequest,
  type DeliveryEvent,
  LARGEST_CALLBACK,
  UnreadableCallbackError,
} from '@outbell/providers/callback.js';
import type {
  OutgoingEmail,
  Provider,
  ProviderOptions,
  ProviderType,
  Verification,
} from '@outbell/providers/provider.js';
import { entry, ProviderRegistry } from '@outbell/providers/registry.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { IsArray } from 'class-validator';
import { createHmac } from 'node:crypto';
import type { DataSource } from 'typeorm';

/** Secrets it signs with: the present one, and the former one while it is being exchanged. */
export class CallingVendorCredentials {
  @IsArray()
  secrets!: string[];
}

/** DeliveryEvent as the vendor writes it: JSON has no dates. */
export type Told = Omit<Partial<DeliveryEvent>, 'at'> & { at?: string };

const TOLERANCE_MS = 300_000;

/** `x-time` and `x-signature`: HMAC of time, URL and body, as they were sent. */
export function signed(secret: string, url: string, body: string, at = Date.now()): Record<string, string> {
  return { 'x-time': String(at), 'x-signature': signature(secret, String(at), url, Buffer.from(body)) };
}

function signature(secret: string, time: string, url: string, body: Buffer): string {
  return createHmac('sha256', secret).update(`${time}.${url}.`).update(body).digest('hex');
}

const reader: CallbackReader<CallingVendorCredentials> = {
  signed: true,

  async verify({ url, headers, body, receivedAt }: CallbackRequest, { secrets }): Promise<boolean> {
    // Where the signature is in the body, as SNS has it.
    if (body.toString() === 'SIGNED') throw new UnreadableCallbackError('there is no signature to read');
    const { 'x-time': time = '', 'x-signature': given } = headers;
    if (!(Math.abs(receivedAt.getTime() - Number(time)) <= TOLERANCE_MS)) return false;
    return secrets.some((secret) => signature(secret, time, url.href, body) === given);
  },

  read({ body, url }: CallbackRequest): DeliveryEvent[] {
    const told: unknown = parsed(body.length > 0 ? body.toString() : (url.searchParams.get('told') ?? ''));
    if (!Array.isArray(told)) throw new UnreadableCallbackError('it is no list');
    return (told as Told[]).map((each) => ({
      eventId: 'e1',
      kind: 'delivered',
      channel: 'email',
      ...each,
      at: each.at === undefined ? null : new Date(each.at),
    }));
  },

  async answer({ url, body }, _credentials, context: CallbackContext): Promise<CallbackAnswer | null> {
    const challenge = url.searchParams.get('challenge');
    if (challenge !== null) return { status: 200, body: challenge };
    if (!body.toString().startsWith('fetch ')) return null;
    const fetched = context.fetchText(new URL(body.toString().slice(6)));
    return { status: 200, body: await fetched.catch((error: unknown) => `refused: ${String(error)}`) };
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A vendor that takes every email, and calls back when a spec says so. `caller` signs; `quiet` has nothing but its
 * token.
 */
function vendor(providerName: string, callbacks: CallbackReader<CallingVendorCredentials>) {
  return class CallingVendor implements Provider {
    static readonly providerName = providerName;
    static readonly channel = 'email';
    static readonly Credentials = CallingVendorCredentials;
    static readonly callbacks = callbacks;

    static concurrency(): number {
      return 10;
    }

    constructor(
      _credentials: CallingVendorCredentials,
      private readonly options: ProviderOptions,
    ) {}

    /** Says where it would call back. */
    async send({ messageId }: OutgoingEmail): Promise<Outcome> {
      const detail = { callback_url: this.options.callbackUrl ?? null };
      return { kind: 'sent', providerMessageId: `v-${messageId}`, detail };
    }

    async verify(): Promise<Verification> {
      return { ok: true };
    }

    async close(): Promise<void> {
      return Promise.resolve();
    }
  } satisfies ProviderType<CallingVendorCredentials>;
}

export const CALLING_VENDORS = new ProviderRegistry([
  entry(vendor('caller', reader)),
  entry(vendor('large', { ...reader, maxCallbackBytes: LARGEST_CALLBACK })),
  entry(vendor('quiet', { ...reader, signed: false, verify: () => Promise.resolve(true) })),
]);

const Taking = vendor('asked', reader);

/** One that has to be asked: it knows of nothing at first, then that it has sent it, and then that it was delivered. */
class AskedVendor extends Taking {
  private asked = 0;

  pollStatus(providerMessageId: string): Promise<DeliveryEvent | null> {
    const kind = ([undefined, 'sent', 'delivered'] as const)[this.asked++ % 3];
    const evidence = kind && { eventId: `${providerMessageId} ${kind}`, kind, at: null, channel: 'email' as const };
    return Promise.resolve(evidence ? { ...evidence, providerMessageId } : null);
  }
}

export const ASKED_VENDORS = new ProviderRegistry([entry(AskedVendor)]);

/** A connection of it. @returns its id */
export async function callingConnection(
  dataSource: DataSource,
  vault: Vault,
  tenantId: string,
  { provider = 'caller', secrets = ['secret'] }: { provider?: string; secrets?: string[] } = {},
): Promise<string> {
  const id = newId();
  const { keyId, sealedKey, sealedData } = vault.seal({ tenantId, rowId: id }, { secrets });
  await dataSource.query(
    `INSERT INTO connection (id, tenant_id, channel, provider, name, key_id, sealed_key, sealed_data)
     VALUES ($1, $2, 'email', $3, 'vendor ' || $1::uuid, $4, $5, $6)`,
    [id, tenantId, provider, keyId, sealedKey, sealedData],
  );
  return id;
}
