/** Tables partitioned by month on the message's id. A month has all three. */
export const PARTITIONED = ['message', 'message_attempt', 'message_event'] as const;
export type Partitioned = (typeof PARTITIONED)[number];

/**
 * Storage settings of each partition (a partitioned table itself has none). A message's row changes three times in its
 * life: with room for its versions on its page, no index is touched by that. The other two are written once.
 */
export const PARTITION_STORAGE: Record<Partitioned, string> = {
  message: 'fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1',
  message_attempt: 'fillfactor = 100',
  message_event: 'fillfactor = 100',
};
