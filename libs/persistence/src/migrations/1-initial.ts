import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CONTENT } from './initial/content.js';
import { DELIVERY_EVENTS } from './initial/delivery-events.js';
import { LIMITS } from './initial/limits.js';
import { MESSAGES } from './initial/messages.js';
import { OUTBOX } from './initial/outbox.js';
import { PEOPLE } from './initial/people.js';
import { SENDING } from './initial/sending.js';
import { SCHEDULING } from './initial/scheduling.js';
import { TENANTS } from './initial/tenants.js';
import { WAITING } from './initial/waiting.js';
import { WHATSAPP } from './initial/whatsapp.js';

/** The order counts: what is referred to comes first. */
const SUBJECTS = [
  TENANTS,
  SENDING,
  CONTENT,
  PEOPLE,
  MESSAGES,
  WAITING,
  OUTBOX,
  DELIVERY_EVENTS,
  LIMITS,
  WHATSAPP,
  SCHEDULING,
];

/**
 * Makes the whole schema of the first release. Hand-written SQL: partitioning, partial indexes and storage settings are
 * what makes it fast, and none of them can be derived from entities.
 */
export class Initial1796000000000 implements MigrationInterface {
  name = 'Initial1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of SUBJECTS.flat()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table} CASCADE`);
    await runner.query('DROP FUNCTION forget_dead_device()');
  }
}

const TABLES = SUBJECTS.flat().flatMap((statement) => /^CREATE TABLE (\w+)/.exec(statement)?.[1] ?? []);
