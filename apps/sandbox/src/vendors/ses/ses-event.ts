import type { Arrival } from '../../inbox/arrival.js';
import type { ReceiptKind, Report } from '../../receipts/receipt-writer.js';
import { bareAddress } from '../request-fields.js';

/** What an event says beside what it says of the mail: its name, that of its part, and the part. */
type Part = (recipients: string[], told: { timestamp: string; feedbackId: string }) => [string, string, object];

const MTA = { reportingMTA: 'dns; a8-1.smtp-out.amazonses.com' };

const PARTS: Partial<Record<ReceiptKind, Part>> = {
  sent: () => ['Send', 'send', {}],
  delivered: (recipients, { timestamp }) => [
    'Delivery',
    'delivery',
    { timestamp, recipients, processingTimeMillis: 420, smtpResponse: '250 2.0.0 OK', ...MTA },
  ],
  deferred: (recipients, { timestamp }) => [
    'DeliveryDelay',
    'deliveryDelay',
    {
      timestamp,
      delayType: 'TransientCommunicationFailure',
      delayedRecipients: recipients.map((emailAddress) => ({ emailAddress, status: '4.4.1' })),
    },
  ],
  bounced: (recipients, told) => bounce('Permanent', 'General', '5.1.1', '550 5.1.1 user unknown', recipients, told),
  soft_bounced: (recipients, told) =>
    bounce('Transient', 'MailboxFull', '5.2.2', '552 5.2.2 mailbox full', recipients, told),
  complained: (recipients, told) => [
    'Complaint',
    'complaint',
    {
      ...told,
      complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
      complaintFeedbackType: 'abuse',
      userAgent: 'AnyCompany Feedback Loop (V0.01)',
      arrivalDate: told.timestamp,
    },
  ],
  opened: (_, { timestamp }) => ['Open', 'open', { timestamp, ipAddress: '192.0.2.1', userAgent: 'Mozilla/5.0' }],
  clicked: (_, { timestamp }) => [
    'Click',
    'click',
    { timestamp, ipAddress: '192.0.2.1', userAgent: 'Mozilla/5.0', link: 'https://example.org/' },
  ],
  unsubscribed: (_, { timestamp }) => [
    'Subscription',
    'subscription',
    { timestamp, contactList: 'sandbox', source: 'UnsubscribeHeader', newTopicPreferences: { unsubscribeAll: true } },
  ],
};

/** What an identity reports where no configuration set says more. */
const OF_IDENTITY: readonly ReceiptKind[] = ['delivered', 'bounced', 'complained'];

/**
 * The event as SES publishes it; null for what it does not say without a configuration set. Tags reach events through
 * one alone.
 */
export function sesEvent({ kind, arrival, eventId, at }: Report): object | null {
  const ofSet = arrival.tags?.['ses:configuration-set'] !== undefined;
  if (!ofSet && !OF_IDENTITY.includes(kind)) return null;
  const told = { timestamp: at.toISOString(), feedbackId: `0100${eventId}` };
  const [name, partName, part] = PARTS[kind]?.(arrival.to.map(bareAddress), told) ?? [];
  if (name === undefined || partName === undefined) return null;
  return { [ofSet ? 'eventType' : 'notificationType']: name, mail: mailOf(arrival, ofSet), [partName]: part };
}

function mailOf({ from, to, receivedAt, providerMessageId, content, tags = {} }: Arrival, ofSet: boolean): object {
  const headers = Object.entries(content?.headers ?? {}).map(([name, value]) => ({ name, value }));
  return {
    timestamp: receivedAt.toISOString(),
    source: bareAddress(from),
    sendingAccountId: '123456789012',
    messageId: providerMessageId,
    destination: to.map(bareAddress),
    headersTruncated: false,
    headers,
    commonHeaders: { from: [from], to, messageId: providerMessageId, subject: content?.subject ?? '' },
    ...(ofSet ? { tags: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])) } : {}),
  };
}

function bounce(
  bounceType: string,
  bounceSubType: string,
  status: string,
  reply: string,
  recipients: string[],
  told: { timestamp: string; feedbackId: string },
): [string, string, object] {
  const bouncedRecipients = recipients.map((emailAddress) => {
    return { emailAddress, action: 'failed', status, diagnosticCode: `smtp; ${reply}` };
  });
  return ['Bounce', 'bounce', { ...told, bounceType, bounceSubType, bouncedRecipients, ...MTA }];
}
