import { PendingMessage } from '@outbell/intake/pending-message.js';
import { MessageIntakeRepository } from '@outbell/persistence/engine/message-intake.repository.js';
import type { Priority } from '@outbell/shared/constants/priorities.js';
import type { DataSource } from 'typeorm';
import { receiptVariables } from './receipt.js';
import type { Tenant } from './tenants.js';

/** Written in one statement, as accept does with a large batch. */
const AT_ONCE = 500;

/** Where mail goes: most of it to a few large providers, the rest to many small ones. */
const DOMAINS = [
  ...Array.from({ length: 14 }, (_, n) => `large${n % 4}.example`),
  ...Array.from({ length: 86 }, (_, n) => `small${n}.example`),
];

/**
 * Writes receipts of these tenants by turns, `queued` and due, with everything accept writes: first event, idempotency
 * key, variables.
 *
 * @param tag makes the keys differ from those of other calls
 */
export async function insertReceipts(
  dataSource: DataSource,
  tenants: readonly Tenant[],
  count: number,
  tag: string,
  priority: Priority = 'normal',
): Promise<void> {
  const repository = new MessageIntakeRepository(dataSource);
  const writing: Promise<unknown>[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, n) => first + n);
    writing.push(repository.insert(numbers.map((number) => receipt(tenants, number, tag, priority))));
    if (writing.length === 4) await Promise.all(writing.splice(0));
  }
  await Promise.all(writing);
}

function receipt(tenants: readonly Tenant[], number: number, tag: string, priority: Priority) {
  const tenant = tenants[number % tenants.length];
  const senderId = tenant?.senderIds[number % 2];
  if (!tenant || !senderId) throw new Error('there are no tenants to send');
  const to = `person${number}@${DOMAINS[(number * 7) % DOMAINS.length]}`;
  const [draft] = PendingMessage.fromRequests([
    {
      tenantId: tenant.id,
      mode: 'live',
      channel: 'email',
      to,
      sender: senderId,
      template: { name: 'receipt' },
      variables: receiptVariables(number),
      priority,
      idempotencyKey: `${tag}-${number}`,
    },
  ]) as [PendingMessage];
  draft.recipient = to;
  draft.references = { senderId, senderAddress: '', contactId: null, templateVersionId: tenant.templateVersionId };
  return draft.message(0);
}
