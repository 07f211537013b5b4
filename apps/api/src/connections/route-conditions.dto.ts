import type { ApiPropertyOptions } from '@nestjs/swagger';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { PRIORITIES, type Priority } from '@outbell/shared/constants/priorities.js';
import { InputError } from '@outbell/shared/errors.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, Matches } from 'class-validator';
import { Field } from '../http/field.decorators.js';
import { IsName } from '../http/is-name.decorator.js';

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/** Which messages a connection is meant for: those that meet all that is given, by any of the values of each. */
export class RouteConditionsDto implements RouteConditions {
  @Values(300, Matches(/^\+[1-9]\d{0,6}$/, { each: true, message: 'must be beginnings of numbers such as +33' }), {
    example: ['+33'],
    description: 'Beginnings of telephone numbers.',
  })
  country_prefixes?: string[];

  @Values(1_000, Matches(DOMAIN, { each: true, message: 'must be domains in lower case such as example.org' }), {
    example: ['example.org'],
    description: 'Of email addresses; exact.',
  })
  recipient_domains?: string[];

  @Values(PRIORITIES.length, IsIn(PRIORITIES, { each: true, message: `must be of: ${PRIORITIES.join(', ')}` }), {
    enum: [...PRIORITIES],
    isArray: true,
    example: ['high'],
    description: 'Of the message.',
  })
  priorities?: Priority[];

  @Values(100, IsName(64, { each: true }), {
    example: ['receipts'],
    description: 'Messages that have one of these tags.',
  })
  tags?: string[];
}

/** Takes 1 to so many values that keep a rule, or none at all. */
function Values(most: number, rule: PropertyDecorator, documented: ApiPropertyOptions): PropertyDecorator {
  return Field([IsArray(), ArrayMinSize(1), ArrayMaxSize(most), rule], { optional: true, ...documented });
}

/**
 * @returns what is to be stored: null for none at all; undefined when they were not given
 * @throws {InputError} for a condition that no message of the channel can meet
 */
export function checkConditions(
  channel: Channel,
  given: RouteConditionsDto | null | undefined,
): RouteConditions | null | undefined {
  if (!given) return given;
  const conditions = Object.fromEntries(
    Object.entries(given).filter(([, values]) => Array.isArray(values)),
  ) as RouteConditions;
  if (conditions.country_prefixes && !PHONE_CHANNELS.includes(channel)) throw impossible('country_prefixes', channel);
  if (conditions.recipient_domains && channel !== 'email') throw impossible('recipient_domains', channel);
  return Object.keys(conditions).length === 0 ? null : conditions;
}

const PHONE_CHANNELS: readonly Channel[] = ['sms', 'whatsapp', 'voice'];

function impossible(condition: keyof RouteConditions, channel: Channel): InputError {
  return InputError.forField(`conditions.${condition}`, `no recipient of ${channel} has one`, 400, 'not_allowed');
}
