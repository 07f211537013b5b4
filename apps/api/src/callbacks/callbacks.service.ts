import { Injectable, Logger, PayloadTooLargeException, UnauthorizedException } from '@nestjs/common';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import {
  type CallbackAnswer,
  type CallbackRequest,
  UnreadableCallbackError,
  USUAL_CALLBACK,
} from '@outbell/providers/callback.js';
import { CallbackAddress, withoutToken } from '@outbell/shared/crypto/callback-address.js';
import { InputError, NotFoundError } from '@outbell/shared/errors.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Counter } from 'prom-client';
import { type CallbackConnection, CallbackConnections } from './callback-connections.js';
import { GuardedFetch } from './guarded-fetch.js';
import { toNewDeliveryEvent } from '@outbell/intake/new-delivery-event.js';

/**
 * What became of a request: `stored` something new, `known` all of it, `empty` nothing that concerns us, `answered` a
 * challenge.
 */
type Result = 'stored' | 'known' | 'empty' | 'answered' | 'refused' | 'unreadable' | 'not_found';

const OK: CallbackAnswer = { status: 200, body: '' };

/**
 * Believes a vendor or not, and writes down what it says. What is done about it, a worker does; but what a person
 * refuses holds at once.
 */
@Injectable()
export class CallbacksService {
  private readonly logger = new Logger(CallbacksService.name);
  private readonly received: Counter<'provider' | 'result'>;

  constructor(
    private readonly connections: CallbackConnections,
    private readonly callbacks: CallbackRepository,
    private readonly address: CallbackAddress,
    private readonly fetch: GuardedFetch,
    metrics: Metrics,
  ) {
    this.received = metrics.counter('callbacks_received_total', 'Callbacks of vendors by what became of them', [
      'provider',
      'result',
    ]);
  }

  /**
   * @param path as it came: what of it vendors sign is rebuilt by PUBLIC_URL
   * @throws {NotFoundError} for a connection that is not there, or of another provider
   * @throws {UnauthorizedException} when it was not the vendor
   * @throws {PayloadTooLargeException} for a body larger than the vendor sends
   * @throws {InputError} for what the vendor's protocol does not have
   */
  async receive(
    provider: string,
    connectionId: string,
    path: string,
    came: Omit<CallbackRequest, 'url'>,
  ): Promise<CallbackAnswer> {
    const connection = await this.connections.find(provider, connectionId);
    if (!connection) {
      this.received.inc({ provider: 'none', result: 'not_found' });
      throw new NotFoundError('connection', connectionId);
    }
    if (came.body.length > (connection.reader.maxCallbackBytes ?? USUAL_CALLBACK))
      throw new PayloadTooLargeException('The body is larger than the provider’s callbacks are.');
    const counted = (result: Result) => this.received.inc({ provider, result });
    const request = { ...came, url: this.address.asCalled(path) };
    try {
      await this.believe(connection, request, counted);
      const answer = await connection.reader.answer?.(request, connection.credentials, this.fetch);
      if (answer) {
        counted(answer.status < 400 ? 'answered' : 'refused');
        return answer;
      }
      counted(await this.store(provider, connection, request));
      return OK;
    } catch (error) {
      if (!(error instanceof UnreadableCallbackError)) throw error;
      counted('unreadable');
      this.logger.warn('a callback cannot be read', { connectionId, provider, why: error.message });
      throw InputError.forField('body', 'is none that the provider’s protocol has', 400, 'wrong_format');
    }
  }

  /** A token is good for one connection. Who signs may leave it out; who does not, may not. */
  private async believe(
    { id, reader, credentials }: CallbackConnection,
    request: CallbackRequest,
    counted: (result: Result) => void,
  ): Promise<void> {
    const token = request.url.searchParams.get('t');
    const hasToken = token === null ? reader.signed : this.address.accepts(token, id);
    if (hasToken && (await reader.verify(request, credentials, this.fetch).catch(unlessUnreadable))) return;
    counted('refused');
    const text = 'The signature or the token is missing, or not valid.';
    throw new UnauthorizedException(text, { errorCode: 'signature_invalid' });
  }

  private async store(
    provider: string,
    { id, tenantId, reader, credentials }: CallbackConnection,
    request: CallbackRequest,
  ): Promise<Result> {
    const { method, url, body } = request;
    const source = { provider, connectionId: id, tenantId };
    const raw = { ...source, method, path: withoutToken(url.pathname + url.search), headers: telling(request), body };
    try {
      const evidence = reader.read(request, credentials).map(toNewDeliveryEvent);
      if (evidence.length === 0) return 'empty';
      return (await this.callbacks.store({ ...raw, state: 'read' }, evidence)) > 0 ? 'stored' : 'known';
    } catch (error) {
      // The vendor itself said so: somebody will have to look at it.
      if (error instanceof UnreadableCallbackError) await this.callbacks.store({ ...raw, state: 'unreadable' }, []);
      throw error;
    }
  }
}

/** Counts what cannot even be read as not signed: whoever sends it is nobody yet, as one who guesses. */
function unlessUnreadable(error: unknown): false {
  if (error instanceof UnreadableCallbackError) return false;
  throw error;
}

/**
 * Headers that tell what the vendor meant and how it signed; no others, for proxies add what nobody should keep. Some
 * of them put the whole address, with its token, into one of theirs.
 */
const TELLING = /^(content-type|user-agent|x-(?!forwarded|real-ip|request-id).*|svix-.*|webhook-.*)$/;

function telling({ headers, url }: CallbackRequest): Record<string, string> {
  const tokens = url.searchParams.getAll('t').filter((token) => token !== '');
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        TELLING.test(entry[0]) && entry[1] !== undefined && !tokens.some((token) => entry[1]?.includes(token)),
    ),
  );
}
