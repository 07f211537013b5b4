/**
 * Workers a message may lose before a provider was called; then it is taken for what kills them. Not fewer: a worker
 * that was cut off from the database looks like a dead one, and whoever travels with a killer is counted too. A killer
 * costs five workers in all.
 */
export const LOST_LEASE_LIMIT = 5;
