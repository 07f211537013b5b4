/**
 * What a suppression holds for, the widest first: every message to the address, those of priority `bulk`, or the bulk
 * of one topic.
 */
export const SUPPRESSION_SCOPES = ['all', 'bulk', 'topic'] as const;
export type SuppressionScope = (typeof SUPPRESSION_SCOPES)[number];

/** How a topic may be called: with no blank at its end, which nobody sees. */
export const TOPIC = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._ -]*[\p{L}\p{M}\p{N}._-])?$/u;
