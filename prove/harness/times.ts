/** Times so short that a run sees leases end, retries come back and wake-ups repeated, in ms. */
export const LEASE_MS = 3_000;
export const SEND_TIMEOUT_MS = 4_000;

/** Whoever holds a message may act on it for no longer: to claim it, and to call the vendor once. */
export const REACH_MS = LEASE_MS + SEND_TIMEOUT_MS;

export const SETTINGS = {
  LEASE_MS: String(LEASE_MS),
  SEND_TIMEOUT_MS: String(SEND_TIMEOUT_MS),
  DISPATCH_INTERVAL_MS: '100',
  MAINTENANCE_INTERVAL_MS: '250',
  REPUBLISH_AFTER_MS: '1000',
  RETRY_ATTEMPTS: '8',
  RETRY_DELAY_MS: '500',
  RETRY_FACTOR: '1.5',
  BREAKER_PROBE_MS: '500',
  SHUTDOWN_TIMEOUT_MS: '10000',
};

/** How long a run waits for what must come about, on a machine that has much else to do. */
export const PATIENCE_MS = 240_000;
