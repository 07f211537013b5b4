import { Injectable } from '@nestjs/common';
import {
  type FoundSender,
  type FoundTemplate,
  MessageReferenceRepository,
  type TemplateQuery,
} from '@outbell/persistence/repositories/message-reference.repository.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { Draft } from './draft.js';
import type { MessageRequest, TemplateRef } from './message-request.js';

/** Turns the names in requests into ids, for many at once. */
@Injectable()
export class ReferenceResolver {
  constructor(private readonly repository: MessageReferenceRepository) {}

  /** Gives each draft its references, or refuses it. */
  async resolve(drafts: Draft[]): Promise<void> {
    const templated = drafts.filter((draft) => draft.request.template);
    const [senders, templates] = await Promise.all([
      this.repository.findSenders(drafts.map((draft) => draft.request)),
      this.repository.findTemplates(templated.map((draft) => templateQuery(draft.request))),
    ]);
    const templateOf = new Map(templated.map((draft, index) => [draft, templates[index] ?? null]));
    for (const [index, draft] of drafts.entries()) {
      resolveDraft(draft, senders[index] ?? null, templateOf.get(draft) ?? null);
    }
  }
}

function resolveDraft(draft: Draft, sender: FoundSender | null, template: FoundTemplate | null): void {
  const errors = [...senderErrors(draft.request, sender), ...templateErrors(draft.request, template)];
  if (errors.length > 0 || !sender) draft.refuse(errors);
  else draft.references = { senderId: sender.id, templateVersionId: template?.versionId ?? null };
}

function templateQuery({ tenantId, channel, template }: MessageRequest): TemplateQuery {
  const { name, locale, version } = template as TemplateRef;
  return { tenantId, channel, name, locale: locale ?? 'en', version: version ?? null };
}

function senderErrors(request: MessageRequest, sender: FoundSender | null): FieldError[] {
  if (!sender) return [{ field: 'sender', message: `no ${request.channel} sender of that id or address` }];
  // A paused sender's messages are accepted and wait; explain says so.
  if (sender.status === 'pending' && !request.verifiesSender) {
    return [{ field: 'sender', message: 'is not verified yet; POST /v1/senders/:id/verify with the code it was sent' }];
  }
  return [];
}

function templateErrors({ template, channel, variables }: MessageRequest, found: FoundTemplate | null): FieldError[] {
  if (!template) return [];
  if (!found) {
    const text = `no ${channel} template of that name in locale ${template.locale ?? 'en'}`;
    return [{ field: 'template.name', message: text }];
  }
  if (found.versionId === null) {
    return template.version === undefined
      ? [{ field: 'template.name', message: 'has no published version; POST /v1/templates/:id/publish' }]
      : [{ field: 'template.version', message: 'no such version' }];
  }
  if (found.lenient) return [];
  return (found.variables ?? [])
    .filter((name) => variables?.[name] === undefined)
    .map((name) => ({ field: `variables.${name}`, message: 'is used by the template and missing' }));
}
