export const PRIORITIES = ['high', 'normal', 'bulk'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** How a priority is stored and ordered: the lower number goes first, in the database as in BullMQ. */
export const PRIORITY_RANK: Record<Priority, number> = { high: 1, normal: 2, bulk: 3 };
