/** What the load generator is to send in each round. */
export interface Load {
  /** Origin of the API. */
  url: string;
  path: string;
  /** API key of the tenant. */
  key: string;
  /** Id or address. */
  sender: string;
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
