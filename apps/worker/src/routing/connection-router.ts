import { Injectable, Logger } from '@nestjs/common';
import type { ClaimedMessage, DeliveryHistory } from '@outbell/persistence/engine/claimed-message.js';
import { ConnectionRepository } from '@outbell/persistence/repositories/connection.repository.js';
import {
  chooseRoute,
  type Excluded,
  isAlternative,
  NOT_VERIFIED_FOR_INSTALLATION,
  type Obstacle,
  type RoutedMessage,
} from '@outbell/planning/route.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { traitsOf } from '@outbell/channels/traits.js';
import { NO_TRAITS, obstructing, type Traits } from '@outbell/shared/cargo.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { servesInstallation } from '@outbell/shared/constants/verified-over.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { BacklogGate } from './backlog-gate.js';
import type { Delivery, Routed, RouteSeen, Stop } from '../delivery/delivery.js';
import type { OpenConnection } from './open-connection.js';
import { OpenConnections, UnknownProviderError } from './open-connections.js';
import { CandidateConnection } from './candidate-connection.js';

/** Until it is looked again whether the tenant has mended its connections, in ms. */
const WAIT_MS = 60_000;

/**
 * Finds for each message the connection that takes it, of the tenant's active ones of the channel, or of the
 * installation's where it has none.
 */
@Injectable()
export class ConnectionRouter {
  private readonly logger = new Logger(ConnectionRouter.name);

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly connections: OpenConnections,
    private readonly backlogGate: BacklogGate,
    private readonly installation: InstallationConnections,
  ) {}

  /** @returns those of the ids that are to be claimed now: not those whose only connection has no room for them soon */
  deferBacklog(channel: Channel, ids: string[]): Promise<string[]> {
    return this.backlogGate.deferUnclaimed(channel, ids);
  }

  /** Decides what becomes of a message that got no place at its connection. */
  deferForCapacity(delivery: Routed): Outcome {
    this.backlogGate.noteBacklog(delivery);
    return delivery.connection.deferForCapacity(delivery.message.priority);
  }

  async routeAll(batch: Delivery[], stop: Stop): Promise<Routed[]> {
    const live = batch.filter(({ message }) => message.mode === 'live');
    const candidates = await this.candidatesOf(live);
    const shared = this.installationCandidates(live[0]?.message.channel);
    return batch.flatMap((delivery) => {
      const { message } = delivery;
      if (message.mode === 'test')
        return [{ ...delivery, connection: this.connections.forTestMode(), elsewhere: false }];
      const open = candidatesFor(message, candidates.get(message.tenantId), shared);
      if (open === shared && shared.length > 0 && isShutOut(message)) {
        stop({ ...delivery, route: seenBy(shared) }, shutOut());
        return [];
      }
      return this.route(delivery, open, stop);
    });
  }

  private route(delivery: Delivery, candidates: readonly CandidateConnection[], stop: Stop): Routed[] {
    const { past } = delivery.message;
    if (past !== null && past.maybeSentMsAgo !== null) return repeatCall(delivery, past, candidates, stop);
    const [only] = candidates;
    // As nearly all messages go. What is wrong with one candidate is said as of several.
    if (only && candidates.length === 1 && isFree(only, delivery.message)) return [take(delivery, only)];
    return choose(delivery, candidates, stop);
  }

  /** By tenant, the best first; a batch is of one channel. */
  private async candidatesOf(batch: Delivery[]): Promise<Map<string, CandidateConnection[]>> {
    const tenants = new Map(batch.map(({ message }) => [message.tenantId, message.channel]));
    const routes = await this.repository.routes([...tenants].map(([tenantId, channel]) => ({ tenantId, channel })));
    const candidates = new Map<string, CandidateConnection[]>();
    for (const route of routes) {
      const cannotCarry = this.connections.cannotCarry(route.channel, route.provider);
      const candidate = new CandidateConnection({ ...route, cannotCarry }, route.version, () =>
        this.open(route.tenantId, route.id, () => this.connections.connectionFor(route)),
      );
      const others = candidates.get(route.tenantId);
      if (others) others.push(candidate);
      else candidates.set(route.tenantId, [candidate]);
    }
    return candidates;
  }

  /** Those of the installation, for tenants that have none. */
  private installationCandidates(channel: Channel | undefined): CandidateConnection[] {
    if (channel === undefined) return [];
    return this.installation.connectionsOf(channel).map((connection, priority) => {
      const { id, version, type } = connection;
      const open = () => this.open(null, id, () => this.connections.forInstallation(connection));
      const { cannotCarry } = type;
      return new CandidateConnection({ id, priority, weight: 1, conditions: null, cannotCarry }, version, open);
    });
  }

  private open(tenantId: string | null, connectionId: string, open: () => OpenConnection): OpenConnection | Obstacle {
    try {
      return open();
    } catch (error) {
      this.logger.error('a connection cannot be opened', { tenantId, connectionId }, error);
      return error instanceof UnknownProviderError ? 'provider_missing' : 'connection_unusable';
    }
  }
}

/** A code goes by those alone that it is to prove something of. */
function candidatesFor(
  { content }: ClaimedMessage,
  own: CandidateConnection[] | undefined,
  shared: CandidateConnection[],
): CandidateConnection[] {
  if (content?.code_over === 'installation') return shared;
  return content?.code_over === 'tenant' ? (own ?? []) : (own ?? shared);
}

/**
 * Tells whether the installation's connections are closed to it: its sender is not vouched for by anybody but its
 * tenant.
 */
function isShutOut({ senderVerifiedOver, content }: ClaimedMessage): boolean {
  return !servesInstallation(senderVerifiedOver) && content?.code_over === undefined;
}

function seenBy(shared: readonly CandidateConnection[]): RouteSeen {
  const reason = NOT_VERIFIED_FOR_INSTALLATION;
  return { connection: null, excluded: shared.map(({ id }) => ({ connection: id, reason })) };
}

function shutOut(): Outcome {
  return { kind: 'deferred', reason: 'sender_not_verified_for_installation', ...wait() };
}

/** Spread, so that a tenant's messages do not all ask again in one moment. */
function wait(): { afterMs: number } {
  return { afterMs: WAIT_MS * (1 + Math.random()) };
}

/** Tells whether nothing speaks against the only candidate. */
function isFree(candidate: CandidateConnection, message: ClaimedMessage): boolean {
  const { conditions, cannotCarry } = candidate;
  if (conditions !== null || candidate.obstacle(message.recipient) !== null) return false;
  return cannotCarry === undefined || obstructing(traitsOf(message), cannotCarry) === null;
}

function choose(delivery: Delivery, candidates: readonly CandidateConnection[], stop: Stop): Routed[] {
  const { message } = delivery;
  const tried = message.past?.tried ?? [];
  const traits = candidates.some(({ cannotCarry }) => cannotCarry) ? traitsOf(message) : NO_TRAITS;
  const obstacleOf = (candidate: CandidateConnection) => candidate.obstacle(message.recipient);
  const { chosen, excluded } = chooseRoute(candidates, routedMessage(message, traits, tried), obstacleOf);
  const isRecorded = candidates.length > 1 || excluded.some(({ reason }) => reason === 'cannot_carry');
  const seen = isRecorded ? { route: { connection: chosen?.id ?? null, excluded } } : {};
  if (chosen) return [{ ...take(delivery, chosen), ...seen, elsewhere: excluded.some(isAlternative) }];
  // The one that was to take it is gone since: the choice begins anew, and ends with this attempt.
  if (tried.length > 0 && !excluded.some(isTemporary)) {
    const anew = chooseRoute(candidates, routedMessage(message, traits, []), obstacleOf);
    if (anew.chosen) return [{ ...take(delivery, anew.chosen), ...seen }];
  }
  stop({ ...delivery, ...seen }, noRoute(message, candidates, excluded));
  return [];
}

/**
 * It may have been sent: only the connection that was called then, with the credentials of then, knows the key under
 * which a repeat counts once.
 */
function repeatCall(
  delivery: Delivery,
  past: DeliveryHistory,
  candidates: readonly CandidateConnection[],
  stop: Stop,
): Routed[] {
  const candidate = candidates.find(
    ({ id, version }) => id === past.connectionId && version === past.connectionVersion,
  );
  const connection = candidate?.connection(delivery.message.recipient);
  if (!candidate || typeof connection === 'string' || !connection || !isSame(connection, past)) {
    stop(delivery, { kind: 'unknown', reason: 'not_repeatable' });
    return [];
  }
  // Looked at once: what is in its way may be over the next moment.
  const obstacle = candidate.obstacle(delivery.message.recipient);
  if (obstacle === null) return [take(delivery, candidate)];
  stop(delivery, noRoute(delivery.message, [candidate], [{ connection: candidate.id, reason: obstacle }]));
  return [];
}

/** The very one, and within the vendor's time. */
function isSame(connection: OpenConnection, { connectionVersion, maybeSentMsAgo }: DeliveryHistory): boolean {
  return connection.version === connectionVersion && (connection.repeatForMs(maybeSentMsAgo ?? 0) ?? 0) > 0;
}

/** Takes a candidate: should the connection be out of order, this message tries it. */
function take(delivery: Delivery, candidate: CandidateConnection): Routed {
  const connection = candidate.connection(delivery.message.recipient);
  if (typeof connection === 'string') throw new Error(`no message can take connection ${candidate.id}: ${connection}`);
  connection.breaker.admit();
  return { ...delivery, connection, elsewhere: false };
}

function routedMessage(
  { id, recipient, priority, tags }: ClaimedMessage,
  traits: Traits,
  tried: readonly string[],
): RoutedMessage {
  return { id, recipient, priority, tags, traits, tried };
}

/** By itself, sooner or later. */
function isTemporary({ reason }: Excluded): boolean {
  return reason === 'breaker_open' || reason === 'provider_throttled';
}

function noRoute(
  message: ClaimedMessage,
  candidates: readonly CandidateConnection[],
  excluded: readonly Excluded[],
): Outcome {
  const away = excluded.filter(isTemporary);
  if (away.length > 0) return untilAvailable(message, candidates, away);
  if (excluded.length > 0 && excluded.every(({ reason }) => reason === 'cannot_carry'))
    return { kind: 'rejected', reason: 'cannot_carry', detail: { what: excluded[0]?.what ?? null } };
  const deferred = { kind: 'deferred', ...wait() } as const;
  const unusable = excluded.find(({ reason }) => reason === 'connection_unusable');
  if (unusable) return { ...deferred, reason: 'connection_unusable', detail: { connection_id: unusable.connection } };
  const missing = excluded.find(({ reason }) => reason === 'provider_missing');
  if (missing) return { ...deferred, reason: 'provider_missing', detail: { connection_id: missing.connection } };
  if (candidates.length > 0) return { ...deferred, reason: 'no_matching_connection' };
  return message.content?.code_over === 'installation'
    ? { ...deferred, reason: 'no_installation_connection' }
    : { ...deferred, reason: 'no_connection' };
}

/** Defers a message until one of those that are away may be tried again. */
function untilAvailable(
  message: ClaimedMessage,
  candidates: readonly CandidateConnection[],
  away: readonly Excluded[],
): Outcome {
  const ids = new Set(away.map(({ connection }) => connection));
  const waits = candidates
    .filter(({ id }) => ids.has(id))
    .flatMap((candidate) => candidate.returnAfterMs(message) ?? []);
  const afterMs = Math.min(...waits);
  return away.some(({ reason }) => reason === 'provider_throttled')
    ? { kind: 'deferred', reason: 'provider_throttled', afterMs }
    : { kind: 'deferred', reason: 'all_routes_down', afterMs };
}
