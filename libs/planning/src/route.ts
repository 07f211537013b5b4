import { NO_TRAITS, obstructing, type Trait, type Traits } from '@outbell/shared/cargo.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';

/** A connection that a message might take. */
export interface RouteCandidate {
  readonly id: string;
  /** The lowest is tried first. */
  readonly priority: number;
  /** Its share among those of the same priority. */
  readonly weight: number;
  readonly conditions: RouteConditions | null;
  /** What its provider does not carry; absent: it carries everything. */
  readonly cannotCarry?: Traits | undefined;
}

/** Describes what of a message decides about its route. */
export interface RoutedMessage {
  id: string;
  recipient: string;
  /** PRIORITY_RANK of its priority. */
  priority: number;
  tags: readonly string[] | null;
  /** What of it not every provider carries; absent: nothing. */
  traits?: Traits;
  /** Connections that have failed it since its latest wait. */
  tried: readonly string[];
}

/** Describes what is wrong with a connection itself, at this moment. */
export type Obstacle = 'breaker_open' | 'provider_throttled' | 'provider_missing' | 'connection_unusable';

/** Why a connection was not taken. The last two would have taken it. */
export type Exclusion =
  | 'condition_not_met'
  | 'cannot_carry'
  | 'tried_already'
  | typeof NOT_VERIFIED_FOR_INSTALLATION
  | Obstacle
  | 'lower_priority'
  | 'not_selected';

/** Of a connection of the installation: whose sender it is, only the tenant says. */
export const NOT_VERIFIED_FOR_INSTALLATION = 'sender_not_verified_for_installation';

export interface Excluded {
  connection: string;
  reason: Exclusion;
  /** What of the message it does not carry, beside `cannot_carry`. */
  what?: Trait;
}

export interface RouteChoice<C> {
  /** Null when none may take it. */
  chosen: C | null;
  excluded: Excluded[];
}

/**
 * Chooses the connection that takes a message: of those that may, the ones of the lowest priority number, and among
 * these by weight. The draw is the message's own, so that it comes out the same at every attempt, and moves only those
 * messages whose connection is gone.
 *
 * @param candidates by priority
 * @param obstacle what is wrong with one of them now
 */
export function chooseRoute<C extends RouteCandidate>(
  candidates: readonly C[],
  message: RoutedMessage,
  obstacle: (candidate: C) => Exclusion | null,
): RouteChoice<C> {
  const excluded: Excluded[] = [];
  const able: C[] = [];
  for (const candidate of candidates) {
    const why = whyNot(candidate, message) ?? because(obstacle(candidate));
    if (why === null) able.push(candidate);
    else excluded.push({ connection: candidate.id, ...why });
  }
  const chosen = draw(
    able.filter(({ priority }) => priority === able[0]?.priority),
    message.id,
  );
  for (const other of able) {
    if (other === chosen) continue;
    excluded.push({
      connection: other.id,
      reason: other.priority === chosen?.priority ? 'not_selected' : 'lower_priority',
    });
  }
  return { chosen, excluded };
}

/** Tells whether one that was not taken could take the message at once, should the chosen one fail. */
export function isAlternative({ reason }: Excluded): boolean {
  return reason === 'lower_priority' || reason === 'not_selected';
}

type Why = Omit<Excluded, 'connection'>;

/**
 * What a message and a connection may have against each other, in the order in which it is looked at: the first that
 * speaks is the reason.
 */
const VERDICTS: readonly ((candidate: RouteCandidate, message: RoutedMessage) => Why | null)[] = [
  (candidate, message) =>
    because(candidate.conditions && !meets(message, candidate.conditions) ? 'condition_not_met' : null),
  ({ cannotCarry = NO_TRAITS }, { traits = NO_TRAITS }) => {
    const what = obstructing(traits, cannotCarry);
    return what && { reason: 'cannot_carry', what };
  },
  ({ id }, { tried }) => because(tried.includes(id) ? 'tried_already' : null),
];

function whyNot(candidate: RouteCandidate, message: RoutedMessage): Why | null {
  for (const verdict of VERDICTS) {
    const why = verdict(candidate, message);
    if (why !== null) return why;
  }
  return null;
}

function because(reason: Exclusion | null): Why | null {
  return reason && { reason };
}

function meets({ recipient, priority, tags }: RoutedMessage, conditions: RouteConditions): boolean {
  const { country_prefixes, recipient_domains, priorities, tags: wanted } = conditions;
  return (
    (!country_prefixes || country_prefixes.some((prefix) => recipient.startsWith(prefix))) &&
    (!recipient_domains || recipient_domains.includes(domainOf(recipient))) &&
    (!priorities || priorities.some((each) => PRIORITY_RANK[each] === priority)) &&
    (!wanted || wanted.some((tag) => tags?.includes(tag)))
  );
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Weighted rendezvous hashing: each draws a number for the message, stretched by its weight, and the least wins. */
function draw<C extends RouteCandidate>(able: readonly C[], messageId: string): C | null {
  let best: C | null = able[0] ?? null;
  if (able.length < 2) return best;
  let least = Infinity;
  for (const candidate of able) {
    const drawn = -Math.log(fraction(`${messageId}${candidate.id}`)) / candidate.weight;
    if (drawn >= least) continue;
    least = drawn;
    best = candidate;
  }
  return best;
}

/** Makes of a text a number between 0 and 1, neither of them: FNV-1a with the last mixing of MurmurHash3. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}
