import { Injectable, Logger } from '@nestjs/common';
import type { CompiledTemplate, RenderedContent } from '@outbell/content/compiled-template.js';
import { CompiledTemplates } from '@outbell/content/compiled-templates.js';
import { RenderError } from '@outbell/content/render-error.js';
import { textFromHtml } from '@outbell/content/text-from-html.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import { TemplateRepository, type VersionSource } from '@outbell/persistence/repositories/template.repository.js';
import type { Outgoing } from '@outbell/providers/provider.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import { type Outcome, SLOT_GRACE_MS } from '@outbell/shared/outcome.js';
import { Composers } from './composers/composers.js';
import type { Rendered, Routed, Stop } from './delivery.js';
import { inTens } from './in-tens.js';
import { TimeBudget } from './time-budget.js';

/** What one tenant's messages of one claim may take to render, in ms; the others of it come up again in a moment. */
const TENANT_MS = 1_000;

/** They keep their slots of the rate limiter. */
const POSTPONED: Outcome = {
  kind: 'deferred',
  reason: 'rendering_postponed',
  afterMs: 1_000,
  slotGraceMs: SLOT_GRACE_MS,
};

type Templates = Map<string, CompiledTemplate>;

/** Makes of a message's template and variables, or of its inline content, what the provider is to send. */
@Injectable()
export class ContentRenderer {
  private readonly logger = new Logger(ContentRenderer.name);

  constructor(
    private readonly repository: TemplateRepository,
    private readonly compiled: CompiledTemplates,
    private readonly composers: Composers,
    private readonly loop: EventLoop,
  ) {}

  async render(batch: Routed[], stop: Stop): Promise<Rendered[]> {
    const templates = await this.templatesOf(batch);
    const rendered: Rendered[] = [];
    const spent = new TimeBudget(TENANT_MS);
    for await (const ten of inTens(batch)) {
      for (const delivery of ten) {
        const { tenantId, id } = delivery.message;
        if (this.loop.isBusy) await this.loop.rest();
        if (spent.isSpent(tenantId)) {
          stop(delivery, POSTPONED);
          continue;
        }
        const before = performance.now();
        const outgoing = this.loop.run('render', id, () => this.compose(delivery, templates, stop));
        spent.spend(tenantId, performance.now() - before);
        if (outgoing) rendered.push({ ...delivery, outgoing });
      }
    }
    return rendered;
  }

  /** Null for one that cannot be rendered: it is stopped. */
  private compose(delivery: Routed, templates: Templates, stop: Stop): Outgoing | null {
    const { message } = delivery;
    try {
      return this.composers.compose(message, contentOf(message, templates));
    } catch (error) {
      stop(delivery, this.rejection(message, error));
      return null;
    }
  }

  /**
   * By version. Versions never change: each is read and compiled once in a worker's life, as long as it stays in use.
   */
  private async templatesOf(batch: Routed[]): Promise<Templates> {
    const templates: Templates = new Map();
    const missing = new Set<string>();
    for (const { message } of batch) {
      const id = message.templateVersionId;
      if (id === null || templates.has(id)) continue;
      const known = this.compiled.known(id);
      if (known) templates.set(id, known);
      else missing.add(id);
    }
    if (missing.size === 0) return templates;
    for (const version of await this.repository.findVersions([...missing])) {
      await this.loop.inTurn('render', undefined, () => this.compile(version, templates));
    }
    return templates;
  }

  /** One that does not compile is missing afterwards: it stops its own messages, not the batch. */
  private compile(version: VersionSource, templates: Templates): void {
    try {
      templates.set(version.id, this.compiled.get(version));
    } catch (error) {
      this.logger.error('a template version does not compile', { templateVersionId: version.id }, error);
    }
  }

  private rejection(message: ClaimedMessage, error: unknown): Outcome {
    if (error instanceof RenderError) return { kind: 'rejected', reason: error.reason, detail: error.detail };
    this.logger.error('a message cannot be rendered', { messageId: message.id, tenantId: message.tenantId }, error);
    return { kind: 'rejected', reason: 'not_renderable' };
  }
}

function contentOf(message: ClaimedMessage, templates: Templates): RenderedContent {
  if (message.templateVersionId !== null) {
    const template = templates.get(message.templateVersionId);
    if (!template) throw new Error(`template version ${message.templateVersionId} is gone or does not compile`);
    return template.render(message.variables ?? {});
  }
  const { subject, html, text } = message.content ?? {};
  return {
    ...(subject !== undefined && { subject }),
    ...(html !== undefined && { html }),
    text: text ?? (html === undefined ? '' : textFromHtml(html)),
  };
}
