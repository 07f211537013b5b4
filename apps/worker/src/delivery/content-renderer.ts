import { Injectable, Logger } from '@nestjs/common';
import type { RenderedContent } from '@outbell/content/compiled-template.js';
import { CompiledTemplates } from '@outbell/content/compiled-templates.js';
import { RenderError } from '@outbell/content/render-error.js';
import { textFromHtml } from '@outbell/content/text-from-html.js';
import type { ClaimedMessage } from '@outbell/persistence/repositories/delivery.repository.js';
import { TemplateRepository } from '@outbell/persistence/repositories/template.repository.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Rendered, Routed, Stop } from './delivery.js';
import { EmailComposer } from './email-composer.js';

/** Makes of a message's template and variables, or of its inline content, what the provider is to send. */
@Injectable()
export class ContentRenderer {
  private readonly logger = new Logger(ContentRenderer.name);

  constructor(
    private readonly templates: TemplateRepository,
    private readonly compiled: CompiledTemplates,
    private readonly composer: EmailComposer,
  ) {}

  async render(batch: Routed[], stop: Stop): Promise<Rendered[]> {
    await this.loadTemplates(batch);
    return batch.flatMap((delivery) => {
      try {
        return [{ ...delivery, outgoing: this.composer.compose(delivery.message, this.content(delivery.message)) }];
      } catch (error) {
        stop(delivery, this.rejection(delivery.message, error));
        return [];
      }
    });
  }

  /** Versions never change: each is read and compiled once in a worker's life, as long as it stays in use. */
  private async loadTemplates(batch: Routed[]): Promise<void> {
    const ids = new Set(batch.flatMap(({ message }) => message.templateVersionId ?? []));
    const missing = [...ids].filter((id) => !this.compiled.has(id));
    if (missing.length === 0) return;
    for (const version of await this.templates.findVersions(missing)) this.compiled.get(version);
  }

  private content(message: ClaimedMessage): RenderedContent {
    if (message.templateVersionId !== null) {
      return this.compiled.known(message.templateVersionId).render(message.variables ?? {});
    }
    const { subject, html, text } = message.content ?? {};
    return {
      ...(subject !== undefined && { subject }),
      ...(html !== undefined && { html }),
      text: text ?? textFromHtml(html ?? ''),
    };
  }

  private rejection(message: ClaimedMessage, error: unknown): Outcome {
    if (error instanceof RenderError) return { kind: 'rejected', reason: error.reason, detail: error.detail };
    this.logger.error('a message cannot be rendered', { messageId: message.id, tenantId: message.tenantId }, error);
    return { kind: 'rejected', reason: 'not_renderable' };
  }
}
