import type { Priority } from './constants/priorities.js';

/** Which messages a connection is meant for: those that meet all that is given, by any of the values of each. */
export interface RouteConditions {
  /** Beginnings of E.164 numbers: `+33`, `+1242`. */
  country_prefixes?: string[];
  /** Exact, in lower case. */
  recipient_domains?: string[];
  priorities?: Priority[];
  tags?: string[];
}
