import type { BounceReason } from './bounce-reasons.js';

/** A reason, and how it is said: in lower case, addresses as `@`. */
export type Wording = readonly [reason: BounceReason, sayings: readonly RegExp[]];
