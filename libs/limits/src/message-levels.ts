import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { parseRateLimits, parseRates, type Rate, type RateLimits } from '@outbell/planning/rate-limits.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Level } from './rate-limiter.js';

/** Describes what decides which limits a message is under. */
export interface LimitedMessage {
  tenantId: string;
  senderId: string;
  /** Of an email address; other recipients have none. */
  recipientDomain?: string | undefined;
  /** The tenant's own rates as stored (`5000/h,100/min`); empty: the installation's for tenants. */
  tenantLimits: string;
  /** The sender's own rates as stored; empty: the installation's for senders. */
  senderLimits: string;
  /** The connection that takes it, where it has limits. */
  connection?: LimitedConnection | undefined;
}

/** A connection with the rates its vendor takes of it (`5/min`). */
export interface LimitedConnection {
  id: string;
  limits: string;
}

/** Texts are few, messages are many; and many messages are of the same sender to the same domain. */
const KEPT = 10_000;

/**
 * Tells which limits a message is under: the installation's, with a tenant's or sender's own in place of that level's.
 */
@Injectable()
export class MessageLevels {
  private readonly defaults: RateLimits;
  private readonly parsed = new LRUCache<string, Rate[]>({ max: KEPT });
  private readonly known = new LRUCache<string, Level[]>({ max: KEPT });

  /** @throws {InputError} when RATE_LIMITS is not well written: better at boot than at the first message */
  constructor(config: Config) {
    this.defaults = parseRateLimits(config.values.RATE_LIMITS);
  }

  /**
   * All levels of a message, the narrowest first: the same array for as long as nothing about them changes. Two tenants
   * never share the limit of a recipients' domain.
   */
  levelsOf(message: LimitedMessage): Level[] {
    const { senderId, recipientDomain, tenantLimits, senderLimits, connection } = message;
    const own = `${senderId} ${recipientDomain ?? ''} ${tenantLimits} ${senderLimits}`;
    const key = connection ? `${own} ${connection.id} ${connection.limits}` : own;
    const known = this.known.get(key);
    if (known) return known;
    const levels = this.find(message);
    this.known.set(key, levels);
    return levels;
  }

  /** The connection's alone: of a message that holds its slot on all other levels. */
  ofConnection({ id, limits }: LimitedConnection): Level[] {
    return toLevels(`connection:${id}`, this.own(limits) ?? []);
  }

  private find(message: LimitedMessage): Level[] {
    const { tenantId, senderId, recipientDomain, connection } = message;
    const levels = [
      ...(connection ? this.ofConnection(connection) : []),
      ...toLevels(`sender:${senderId}`, this.own(message.senderLimits) ?? this.defaults.sender),
      ...toLevels(`tenant:${tenantId}`, this.own(message.tenantLimits) ?? this.defaults.tenant),
    ];
    if (recipientDomain)
      levels.push(...toLevels(`domain:${tenantId}:${recipientDomain.toLowerCase()}`, this.defaults.domain));
    levels.push(...toLevels('installation', this.defaults.installation));
    return levels;
  }

  private own(text: string): Rate[] | undefined {
    if (text === '') return undefined;
    const known = this.parsed.get(text);
    if (known) return known;
    const rates = parseRates(text);
    this.parsed.set(text, rates);
    return rates;
  }
}

function toLevels(name: string, rates: Rate[]): Level[] {
  return rates.map(({ limit, windowMs }) => ({ key: `${name}:${windowMs}`, limit, windowMs }));
}
