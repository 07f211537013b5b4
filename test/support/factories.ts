import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { MessageIntakeRepository } from '@outbell/persistence/engine/message-intake.repository.js';
import type { NewMessage } from '@outbell/persistence/engine/new-message.js';
import { MESSAGE_STATUSES, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';

/** Nobody looks at them again. */
const FINAL = MESSAGE_STATUSES.filter((status) => !['queued', 'processing', 'sending'].includes(status));

export interface WantedConnection {
  provider?: string;
  name?: string;
  priority?: number;
  weight?: number;
  conditions?: object;
}

/** A tenant with a verified sender, and whatever messages a test wants of it. */
export class TenantFactory {
  private constructor(
    private readonly dataSource: DataSource,
    readonly tenantId: string,
    readonly senderId: string,
  ) {}

  static async create(dataSource: DataSource): Promise<TenantFactory> {
    const factory = new TenantFactory(dataSource, newId(), newId());
    await dataSource.query(`INSERT INTO tenant (id, name) VALUES ($1, $2)`, [factory.tenantId, randomUUID()]);
    await dataSource.query(
      `INSERT INTO sender (id, tenant_id, channel, address, name, status, verified_at)
       VALUES ($1, $2, 'email', 'shop@example.com', 'The Shop', 'verified', now())`,
      [factory.senderId, factory.tenantId],
    );
    return factory;
  }

  /** An SMTP connection to a server on this machine. @returns its id */
  smtpConnection(port: number, vault: Vault, settings: object = {}, wanted: WantedConnection = {}): Promise<string> {
    return this.connection({ host: '127.0.0.1', port, security: 'none', ...settings }, vault, wanted);
  }

  /**
   * A connection of the email channel, of the provider `smtp` and the first to be tried if not wanted otherwise.
   * @returns its id
   */
  async connection(credentials: object, vault: Vault, wanted: WantedConnection = {}): Promise<string> {
    const { provider = 'smtp', name = provider, priority = 100, weight = 1, conditions = null } = wanted;
    const id = newId();
    const { keyId, sealedKey, sealedData } = vault.seal({ tenantId: this.tenantId, rowId: id }, credentials);
    await this.dataSource.query(
      `INSERT INTO connection (id, tenant_id, channel, provider, name, priority, weight, conditions, key_id, sealed_key,
        sealed_data)
       VALUES ($1, $2, 'email', $3, $4, $5, $6, $7, $8, $9, $10)`,
      [id, this.tenantId, provider, name, priority, weight, conditions, keyId, sealedKey, sealedData],
    );
    return id;
  }

  newMessage(overrides: Partial<NewMessage> = {}): NewMessage {
    return {
      id: newId(),
      eventId: newId(),
      tenantId: this.tenantId,
      channel: 'email',
      mode: 'live',
      priority: PRIORITY_RANK.normal,
      senderId: this.senderId,
      recipient: 'ann@example.org',
      templateVersionId: null,
      variables: null,
      content: { subject: 'Hello', text: 'Hello Ann' },
      metadata: null,
      tags: null,
      dueAt: null,
      expiresAt: null,
      wakeAfterMs: 0,
      dedupeKey: null,
      bodyHash: null,
      ...overrides,
    };
  }

  /** Writes messages as accept does. @returns their ids */
  async messages(count: number, overrides: Partial<NewMessage> = {}): Promise<string[]> {
    const messages = Array.from({ length: count }, () => this.newMessage(overrides));
    await new MessageIntakeRepository(this.dataSource).insert(messages);
    return messages.map(({ id }) => id);
  }

  /**
   * Sets columns of a message and of its wake (`run_at`, `isolate`), to put it into a state that would take time or an
   * accident to come about. A lease is looked at when it ends, as that of a claim.
   */
  async set(id: string, columns: Record<string, unknown>): Promise<void> {
    const { run_at: runAt = this.wakeOf(columns['status']), isolate, ...own } = columns;
    if (Object.keys(own).length > 0) await this.update('message', 'id', id, own);
    if (FINAL.includes(own['status'] as MessageStatus))
      await this.dataSource.query(`DELETE FROM message_schedule WHERE message_id = $1`, [id]);
    const wake = {
      ...('due_at' in own && { due_at: own['due_at'] }),
      ...(runAt !== undefined && { run_at: runAt }),
    };
    if (isolate !== undefined) Object.assign(wake, { isolate });
    if (Object.keys(wake).length > 0) await this.update('message_schedule', 'message_id', id, wake);
    if (own['lease_until'])
      await this.dataSource.query(`INSERT INTO message_lease (run_at, message_ids) VALUES ($1, ARRAY[$2::uuid])`, [
        own['lease_until'],
        id,
      ]);
  }

  /** What a worker has, was published a moment ago. */
  private wakeOf(status: unknown): Date | undefined {
    return status === 'processing' || status === 'sending' ? new Date(Date.now() + 30_000) : undefined;
  }

  private async update(table: string, key: string, id: string, columns: Record<string, unknown>): Promise<void> {
    const assignments = Object.keys(columns).map((name, index) => `${name} = $${index + 2}`);
    await this.dataSource.query(`UPDATE ${table} SET ${assignments.join(', ')} WHERE ${key} = $1`, [
      id,
      ...Object.values(columns),
    ]);
  }

  /** The message's row, with its `run_at`. */
  async row(id: string): Promise<Record<string, unknown>> {
    const [row] = await this.dataSource.query<Record<string, unknown>[]>(
      `SELECT m.*, w.run_at, w.isolate FROM message m LEFT JOIN message_schedule w ON w.message_id = m.id
        WHERE m.id = $1`,
      [id],
    );
    return row ?? {};
  }

  async eventTypes(id: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ type: string }[]>(
      `SELECT type FROM message_event WHERE message_id = $1 ORDER BY at, id`,
      [id],
    );
    return rows.map((row) => row.type);
  }
}
