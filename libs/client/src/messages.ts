import type { Client } from 'openapi-fetch';
import type { components, paths } from './api.generated.js';
import type { ItemOf, QueryOf } from './lists.js';

type Schemas = components['schemas'];

export interface Once {
  /**
   * Two requests under one key are carried out once, in whatever process they are made. Default: one of the request's
   * own.
   */
  idempotencyKey?: string;
}

/** Sends messages and follows them. */
export class Messages {
  constructor(
    private readonly api: Client<paths>,
    /** Every message, newest first. */
    readonly list: (query?: QueryOf<'/v1/messages'>) => AsyncGenerator<ItemOf<'/v1/messages'>, void, undefined>,
  ) {}

  async create(body: Schemas['CreateMessageDto'], once: Once = {}): Promise<Schemas['AcceptedDto']> {
    return told(await this.api.POST('/v1/messages', { body, params: keyed(once) }));
  }

  /** @param messages 1,000 at most: each is accepted or refused by itself */
  async createBatch(messages: Schemas['CreateMessageDto'][], once: Once = {}): Promise<Schemas['BatchDto']> {
    return told(await this.api.POST('/v1/messages/batch', { body: { messages }, params: keyed(once) }));
  }

  async get(id: string): Promise<Schemas['MessageWithTimelineDto']> {
    return told(await this.api.GET('/v1/messages/{id}', { params: { path: { id } } }));
  }

  /** Why it was not sent (yet). */
  async explain(id: string): Promise<Schemas['ExplanationDto']> {
    return told(await this.api.GET('/v1/messages/{id}/explain', { params: { path: { id } } }));
  }

  async cancel(id: string, once: Once = {}): Promise<Schemas['MessageWithTimelineDto']> {
    return told(await this.api.POST('/v1/messages/{id}/cancel', { params: { path: { id }, ...keyed(once) } }));
  }

  async retry(id: string, once: Once = {}): Promise<Schemas['MessageWithTimelineDto']> {
    return told(await this.api.POST('/v1/messages/{id}/retry', { params: { path: { id }, ...keyed(once) } }));
  }
}

function keyed({ idempotencyKey }: Once): { header?: { 'Idempotency-Key': string } } {
  return idempotencyKey === undefined ? {} : { header: { 'Idempotency-Key': idempotencyKey } };
}

/** Failures have been thrown by now. */
function told<Body>({ data, response }: { data?: Body; response: Response }): Body {
  if (data === undefined) throw new TypeError(`${response.url} was answered without a body.`);
  return data;
}
