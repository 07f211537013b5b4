import { Logger } from '@nestjs/common';
import { CompiledTemplates } from '@outbell/content/compiled-templates.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import { TemplateRepository } from '@outbell/persistence/repositories/template.repository.js';
import type { OutgoingEmail } from '@outbell/providers/provider.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Signer } from '@outbell/shared/crypto/signer.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { claimedMessage, Stops } from '../../../../test/support/deliveries.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { LogCapture } from '../../../../test/support/log-capture.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { Composers } from './composers/composers.js';
import { EmailComposer } from './composers/email.composer.js';
import { ContentRenderer } from './content-renderer.js';
import type { Routed } from './delivery.js';

const WELCOME = { subject: 'Welcome, {{name}}', html: '<p>Dear <b>{{name}}</b></p>', text: null, lenient: false };

describe('ContentRenderer', () => {
  const config = testConfig({ PUBLIC_URL: 'https://mail.example.com/' });
  const signer = new Signer(config);
  const logs = new LogCapture();
  let database: TestDatabase;
  let repository: TemplateRepository;
  let renderer: ContentRenderer;
  let tenantId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = repositoryOn(database.dataSource, TemplateRepository);
    tenantId = (await TenantFactory.create(database.dataSource)).tenantId;
  });
  beforeEach(() => {
    logs.clear();
    Logger.overrideLogger(logs.logger);
    const composers = new Composers(new EmailComposer(config, signer));
    renderer = new ContentRenderer(
      repository,
      new CompiledTemplates(),
      composers,
      new EventLoop(config, new Metrics()),
    );
  });
  afterEach(() => Logger.overrideLogger(false));
  afterAll(() => database.drop());

  /** @returns the id of the version */
  async function template(source: Partial<Record<keyof typeof WELCOME, string | boolean | null>> = {}) {
    const content = { ...WELCOME, ...source, variables: [] } as typeof WELCOME & { variables: string[] };
    const { id } = await repository.create(
      tenantId,
      { name: newId(), channel: 'email', locale: 'en' },
      content,
      new Date(),
    );
    return (await repository.findVersion(tenantId, id, 1))!.id;
  }

  function delivery(overrides: Partial<ClaimedMessage>): Routed {
    const content = overrides.templateVersionId ? { content: null } : {};
    return { message: claimedMessage({ tenantId, ...content, ...overrides }) } as Routed;
  }

  async function render(...batch: Routed[]) {
    const stops = new Stops();
    const rendered = await renderer.render(batch, stops.stop);
    return { outgoing: rendered.map((each) => each.outgoing as OutgoingEmail), stops };
  }

  describe('a template', () => {
    it('is rendered with each message’s variables; its text is derived from its html', async () => {
      const templateVersionId = await template();
      const batch = ['Ann', 'Bob & Co'].map((name) => delivery({ templateVersionId, variables: { name } }));
      const { outgoing } = await render(...batch);
      expect(outgoing).toMatchObject([
        { subject: 'Welcome, Ann', html: '<p>Dear <b>Ann</b></p>', text: 'Dear Ann' },
        { subject: 'Welcome, Bob & Co', html: '<p>Dear <b>Bob &amp; Co</b></p>', text: 'Dear Bob & Co' },
      ]);
    });

    it('is read once: the next batch finds it compiled', async () => {
      const templateVersionId = await template();
      const message = { templateVersionId, variables: { name: 'Ann' } };
      await render(delivery(message));
      await database.dataSource.query(`DELETE FROM template_version WHERE id = $1`, [templateVersionId]);
      expect((await render(delivery(message))).outgoing).toMatchObject([{ subject: 'Welcome, Ann' }]);
    });

    it('without a variable it asks for is rejected, and told by name; others go', async () => {
      const templateVersionId = await template();
      const [bad, good] = [{}, { name: 'Ann' }].map((variables) => delivery({ templateVersionId, variables }));
      const { outgoing, stops } = await render(bad!, good!);
      expect(outgoing).toMatchObject([{ messageId: good!.message.id }]);
      expect(stops.of(bad!)).toEqual({
        kind: 'rejected',
        reason: 'missing_variable',
        detail: { part: 'html', variable: 'name' },
      });
    });

    it('that is lenient prints nothing for it', async () => {
      const templateVersionId = await template({ lenient: true });
      const { outgoing } = await render(delivery({ templateVersionId, variables: null }));
      expect(outgoing).toMatchObject([{ subject: 'Welcome, ', text: 'Dear' }]);
    });

    it('brings no header of its own into the subject', async () => {
      const templateVersionId = await template();
      const bad = delivery({ templateVersionId, variables: { name: 'Ann\r\nBcc: eve@example.org' } });
      const { stops } = await render(bad);
      expect(stops.of(bad)).toMatchObject({ kind: 'rejected', reason: 'line_break_in_subject' });
    });

    it('that is gone is told to us, and takes no other with it', async () => {
      const [gone, good] = [delivery({ templateVersionId: newId() }), delivery({})];
      const { outgoing, stops } = await render(gone, good);
      expect(outgoing).toMatchObject([{ messageId: good.message.id }]);
      expect(stops.of(gone)).toEqual({ kind: 'rejected', reason: 'not_renderable' });
      expect(logs.lines({ level: 'error', messageId: gone.message.id })).toHaveLength(1);
    });
  });

  describe('a version that a later release refuses', () => {
    // It is compiled outside of the message's own try: all of the batch is released, and comes back for ever.
    it('rejects its own messages, and takes no other with it', async () => {
      const templateVersionId = await template({ html: '{{> partial}}' });
      const [refused, good] = [delivery({ templateVersionId }), delivery({})];
      const { outgoing, stops } = await render(refused, good);
      expect(outgoing).toMatchObject([{ messageId: good.message.id }]);
      expect(stops.of(refused)).toMatchObject({ kind: 'rejected', reason: 'not_renderable' });
    });
  });

  describe('inline content', () => {
    it('is never rendered, even if it looks like a template', async () => {
      const content = { subject: 'Use {{name}}', html: '<p>{{{name}}} {{#each x}}</p>', text: '{{name}}' };
      const { outgoing } = await render(delivery({ content, variables: { name: 'Ann' } }));
      expect(outgoing).toMatchObject([content]);
    });

    it('has its text derived from its html where it brings none', async () => {
      const { outgoing } = await render(delivery({ content: { subject: 'x', html: '<p>Dear <b>Ann</b></p>' } }));
      expect(outgoing).toMatchObject([{ html: '<p>Dear <b>Ann</b></p>', text: 'Dear Ann' }]);
    });

    it('without html goes as text alone', async () => {
      const { outgoing } = await render(delivery({ content: { subject: 'x', text: 'Dear Ann' } }));
      expect(outgoing[0]).toMatchObject({ text: 'Dear Ann', html: undefined });
    });
  });

  describe('html of which no text can be made', () => {
    const html = '<blockquote>'.repeat(190) + 'x<br>'.repeat(199_000);

    it('rejects its own message, and takes no other with it', async () => {
      const [bad, good] = [delivery({ content: { subject: 'x', html } }), delivery({})];
      const { outgoing, stops } = await render(bad, good);
      expect(outgoing).toMatchObject([{ messageId: good.message.id }]);
      expect(stops.of(bad)).toMatchObject({ kind: 'rejected', reason: 'text_not_derivable', detail: { part: 'html' } });
    });

    it('does so of a template, too', async () => {
      const templateVersionId = await template({
        html: '<blockquote>{{#each l}}{{#each @root.l}}x<hr>{{/each}}{{/each}}',
      });
      const l = Array.from({ length: 210 }, () => 1);
      const bad = delivery({ templateVersionId, variables: { l, name: 'Ann' } });
      expect((await render(bad)).stops.of(bad)).toMatchObject({ kind: 'rejected', reason: 'text_not_derivable' });
    });

    it('goes as it is where its author wrote a text', async () => {
      const { outgoing } = await render(delivery({ content: { subject: 'x', html, text: 'x' } }));
      expect(outgoing).toMatchObject([{ html, text: 'x' }]);
    });
  });

  it('lets a tenant whose messages take long have its second of a claim, and the others theirs', async () => {
    const content = { subject: 'x', html: '<p>x'.repeat(100_000) };
    const costly = Array.from({ length: 150 }, () => delivery({ content }));
    const other = delivery({ tenantId: newId() });
    const { outgoing, stops } = await render(...costly, other);
    expect(outgoing.at(-1)).toMatchObject({ messageId: other.message.id });
    expect(outgoing.length).toBeGreaterThan(1);
    expect(stops.count).toBe(151 - outgoing.length);
    expect(stops.of(costly.at(-1)!)).toMatchObject({ kind: 'deferred', reason: 'rendering_postponed', afterMs: 1_000 });
  });

  describe('sender and recipient', () => {
    it('are the message’s', async () => {
      const named = delivery({});
      const { outgoing } = await render(named, delivery({ senderName: null }));
      expect(outgoing[0]).toMatchObject({
        channel: 'email',
        messageId: named.message.id,
        from: { address: 'shop@example.com', name: 'The Shop' },
        to: 'ann@example.org',
      });
      expect(outgoing[1]?.from.name).toBeUndefined();
    });
  });

  it('carries its id in a header of its own, for relays that give it another Message-ID', async () => {
    const high = delivery({ priority: PRIORITY_RANK.high });
    expect((await render(high)).outgoing[0]?.headers).toEqual({ 'X-Outbell-Message': high.message.id });
  });

  describe('List-Unsubscribe', () => {
    it('goes with bulk, as one click, under a link that only we can make', async () => {
      const bulk = delivery({ priority: PRIORITY_RANK.bulk });
      const { outgoing } = await render(bulk);
      expect(outgoing[0]?.headers).toMatchObject({ 'List-Unsubscribe': expect.any(String) as string });
      expect(outgoing[0]?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
      const [, token] = /^<https:\/\/mail\.example\.com\/u\/([^/>]+)>$/.exec(
        outgoing[0]!.headers['List-Unsubscribe']!,
      )!;
      expect(signer.verify('unsubscribe', token!)).toBe(`${tenantId}:${bulk.message.id}`);
    });

    it.each(['high', 'normal'] as const)('does not go with %s', async (priority) => {
      const { outgoing } = await render(delivery({ priority: PRIORITY_RANK[priority] }));
      expect(outgoing[0]?.headers).not.toHaveProperty('List-Unsubscribe');
    });
  });
});
