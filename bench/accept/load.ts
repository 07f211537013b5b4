import type { ApiClient } from '../installation/keys.js';

/** What the load generator is to send in each round. */
export interface Load {
  /** Origin of the API. */
  url: string;
  path: string;
  /** Who makes the requests, by turns. */
  clients: ApiClient[];
  requests: number;
  /** Messages of a request; 1: a single one, not a batch. */
  size: number;
  /** Requests in flight. */
  connections: number;
}

/** What a round took. */
export interface Fired {
  seconds: number;
  /** Of single requests, in ms. */
  p50: number;
  p99: number;
}
