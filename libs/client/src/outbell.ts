import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './api.generated.js';
import { type ItemOf, itemsOf, type ListPath, type QueryOf } from './lists.js';
import { Messages } from './messages.js';
import { retryingFetch, type Retries } from './retrying-fetch.js';

export interface Options extends Partial<Retries> {
  /** Where the API is reached: its `PUBLIC_URL`. */
  url: string;
  /** An API key: `ob_live_…` or `ob_test_…`. */
  key: string;
}

/**
 * A client of the API. Whatever it cannot do is thrown: an `OutbellError` for what the API says, a `TypeError` when it
 * cannot be reached.
 */
export class Outbell {
  readonly messages: Messages;
  /** Every operation, typed, by its path. */
  readonly api: Client<paths>;
  private readonly url: string;
  private readonly fetch: (request: Request) => Promise<Response>;

  constructor({ url, key, attempts = 5, maxWaitMs = 30_000 }: Options) {
    this.url = url.replace(/\/+$/, '');
    this.fetch = retryingFetch(key, { attempts, maxWaitMs });
    this.api = createClient<paths>({ baseUrl: this.url, fetch: this.fetch });
    this.messages = new Messages(this.api, (query = {}) => this.list('/v1/messages', query));
  }

  /**
   * Every item of a list, newest first. @param query what it is narrowed to; `limit` is the size of the pages it is
   * read by
   */
  list<Path extends ListPath>(path: Path, query: QueryOf<Path>): AsyncGenerator<ItemOf<Path>, void, undefined> {
    return itemsOf(path, query, (pathAndQuery) => this.fetch(new Request(this.url + pathAndQuery)));
  }
}
