/** How the address of a message begins whose way is timed. */
export const PROBE = 'probe';
