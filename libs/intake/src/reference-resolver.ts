import { Injectable } from '@nestjs/common';
import {
  type ContactQuery,
  type FoundContact,
  type FoundSender,
  type FoundTemplate,
  MessageReferenceRepository,
  type SenderQuery,
  type TemplateQuery,
} from '@outbell/persistence/engine/message-reference.repository.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { FieldError } from '@outbell/shared/errors.js';
import { Carriers } from './carriers.js';
import type { PendingMessage } from './pending-message.js';
import type { MessageRequest } from './message-request.js';

/** Turns the names in requests into ids, for many at once, and refuses what cannot go to whom it then is for. */
@Injectable()
export class ReferenceResolver {
  constructor(
    private readonly repository: MessageReferenceRepository,
    private readonly carriers: Carriers,
    private readonly installation: InstallationConnections,
  ) {}

  /** Gives each entry its references, or refuses it. What many refer to is looked up once. */
  async resolve(pending: PendingMessage[]): Promise<void> {
    const senders = new Asked(pending, ({ request }) => this.senderQuery(request));
    const templates = new Asked(pending, ({ request }) => templateQuery(request));
    const contacts = new Asked(pending, ({ request }) => contactQuery(request));
    const [foundSenders, foundTemplates, foundContacts] = await Promise.all([
      this.repository.findSenders(senders.queries).then((found) => senders.spread(found)),
      this.repository.findTemplates(templates.queries).then((found) => templates.spread(found)),
      this.repository.findContacts(contacts.queries).then((found) => contacts.spread(found)),
    ]);
    for (const [index, entry] of pending.entries()) {
      const contact = foundContacts[index] ?? null;
      resolveEntry(entry, foundSenders[index] ?? null, foundTemplates[index] ?? null, contact);
    }
    await this.carriers.check(pending.filter(({ open }) => open));
  }

  private senderQuery({ tenantId, channel, sender, mode, verifiesSender }: MessageRequest): SenderQuery {
    // What is of test mode goes by no connection.
    const matters =
      mode === 'live' && verifiesSender === undefined && this.installation.connectionsOf(channel).length > 0;
    return { tenantId, channel, sender, ...(matters && { shared: true }) };
  }
}

/** The different things that pending ask for. */
class Asked<Query extends object> {
  readonly queries: Query[] = [];
  /** Where in `queries` that of each entry is. */
  private readonly indexes: (number | null)[];

  constructor(pending: PendingMessage[], queryOf: (entry: PendingMessage) => Query | null) {
    const known = new Map<string, number>();
    this.indexes = pending.map((entry) => {
      const query = queryOf(entry);
      if (!query) return null;
      const key = Object.values(query).join('\0');
      const index = known.get(key) ?? this.queries.push(query) - 1;
      known.set(key, index);
      return index;
    });
  }

  /** @param answers in the order of `queries` @returns in the order of the pending */
  spread<Answer>(answers: (Answer | null)[]): (Answer | null)[] {
    return this.indexes.map((index) => (index === null ? null : (answers[index] ?? null)));
  }
}

function resolveEntry(
  entry: PendingMessage,
  sender: FoundSender | null,
  template: FoundTemplate | null,
  contact: FoundContact | null,
): void {
  const { request } = entry;
  const errors = [
    ...contactErrors(request, contact),
    ...senderErrors(request, sender),
    ...templateErrors(request, template),
  ];
  if (errors.length > 0 || !sender) return entry.refuse(errors);
  entry.recipient = contact?.address ?? entry.recipient;
  entry.references = {
    senderId: sender.id,
    senderAddress: sender.address,
    contactId: contact?.id ?? null,
    templateVersionId: template?.versionId ?? null,
  };
}

function contactQuery({ tenantId, channel, toContact }: MessageRequest): ContactQuery | null {
  return toContact === undefined ? null : { tenantId, channel, contact: toContact };
}

function templateQuery({ tenantId, channel, template }: MessageRequest): TemplateQuery | null {
  if (!template) return null;
  const { name, locale, version } = template;
  return { tenantId, channel, name, locale: locale ?? 'en', version: version ?? null };
}

function contactErrors({ channel, toContact }: MessageRequest, contact: FoundContact | null): FieldError[] {
  if (toContact === undefined) return [];
  if (!contact)
    return [{ field: 'to_contact', message: 'no contact of that id or external id', code: 'unknown_contact' }];
  if (contact.address !== null) return [];
  return [{ field: 'to_contact', message: `has no address for ${channel}`, code: 'contact_without_address' }];
}

function senderErrors(request: MessageRequest, sender: FoundSender | null): FieldError[] {
  if (!sender) {
    const message = `no ${request.channel} sender of that id or address`;
    return [{ field: 'sender', message, code: 'unknown_sender' }];
  }
  // A paused sender's messages are accepted and wait; explain says so.
  if (sender.status === 'pending' && !request.verifiesSender) {
    const message = 'is not verified yet; POST /v1/senders/:id/verify with the code it was sent';
    return [{ field: 'sender', message, code: 'sender_not_verified' }];
  }
  if (sender.isShutOut) return [{ field: 'sender', message: shutOut(request.channel) }];
  return [];
}

function shutOut(channel: Channel): string {
  const own =
    `may go by your own connections alone, and you have no active one for ${channel}; make one with ` +
    'POST /v1/connections';
  return channel === 'email'
    ? `${own}, or prove with POST /v1/senders/:id/resend-code that you read what arrives there`
    : `${own}, or ask the operator to grant it the installation’s`;
}

function templateErrors({ template, channel, variables }: MessageRequest, found: FoundTemplate | null): FieldError[] {
  if (!template) return [];
  if (!found) {
    const text = `no ${channel} template of that name in locale ${template.locale ?? 'en'}`;
    return [{ field: 'template.name', message: text, code: 'unknown_template' }];
  }
  if (found.versionId === null) {
    const message = 'has no published version; POST /v1/templates/:id/publish';
    return template.version === undefined
      ? [{ field: 'template.name', message, code: 'template_not_published' }]
      : [{ field: 'template.version', message: 'no such version', code: 'unknown_template_version' }];
  }
  if (found.lenient) return [];
  return (found.variables ?? [])
    .filter((name) => variables?.[name] === undefined)
    .map((name): FieldError => {
      return { field: `variables.${name}`, message: 'is used by the template and missing', code: 'missing_variable' };
    });
}
