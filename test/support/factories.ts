import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import {
  type NewMessage,
  MessageIntakeRepository,
} from '@outbell/persistence/repositories/message-intake.repository.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';

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
  async smtpConnection(port: number, vault: Vault, settings: object = {}): Promise<string> {
    const id = newId();
    const credentials = { host: '127.0.0.1', port, security: 'none', ...settings };
    const { keyId, sealedKey, sealedData } = vault.seal({ tenantId: this.tenantId, rowId: id }, credentials);
    await this.dataSource.query(
      `INSERT INTO connection (id, tenant_id, channel, provider, name, key_id, sealed_key, sealed_data)
       VALUES ($1, $2, 'email', 'smtp', 'smtp', $3, $4, $5)`,
      [id, this.tenantId, keyId, sealedKey, sealedData],
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

  /** Sets columns of a message, to put it into a state that would take time or an accident to come about. */
  async set(id: string, columns: Record<string, unknown>): Promise<void> {
    const names = Object.keys(columns);
    const assignments = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
    await this.dataSource.query(`UPDATE message SET ${assignments} WHERE id = $1`, [id, ...Object.values(columns)]);
  }

  async row(id: string): Promise<Record<string, unknown>> {
    const [row] = await this.dataSource.query<Record<string, unknown>[]>(`SELECT * FROM message WHERE id = $1`, [id]);
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
