import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { describe, expect, it } from 'vitest';
import { LEASE, HoldBackScene } from '../../../../test/support/hold-back-scene.js';

describe('what is suppressed for bulk', () => {
  const scene = new HoldBackScene();

  const bulk = { priority: PRIORITY_RANK.bulk };

  it('lets a code through, and stops the newsletter, claimed or not', async () => {
    const code = await scene.message({ priority: PRIORITY_RANK.high });
    const news = await scene.message(bulk);
    const held = await scene.claim(code, news);
    await scene.stop({ reason: 'unsubscribe' });
    expect(await scene.mark(held)).toEqual([code]);
    expect(await scene.tenant.row(news)).toMatchObject({ status: 'suppressed', reason: 'recipient_unsubscribed' });
    const [later] = await scene.delivery.claim('email', [await scene.message(bulk)], LEASE);
    expect(later).toMatchObject({ suppression: 'unsubscribe', suppressionScope: 'bulk', suppressionTopic: null });
    const [other] = await scene.delivery.claim('email', [await scene.message()], LEASE);
    expect(other).toMatchObject({ suppression: null, suppressionScope: null });
  });

  it('of one topic leaves the others', async () => {
    const offers = await scene.message({ ...bulk, topic: 'offers' });
    const news = await scene.message({ ...bulk, topic: 'news' });
    const held = await scene.claim(offers, news);
    await scene.stop({ reason: 'unsubscribe', scope: 'topic', topic: 'offers' });
    expect(await scene.mark(held)).toEqual([news]);
    expect((await scene.eventsOf(offers)).at(-1)).toMatchObject({ detail: { scope: 'topic', topic: 'offers' } });
  });

  it('stands beside one for all, which is the one that is met', async () => {
    const first = await scene.stop({ reason: 'unsubscribe' });
    await scene.stop({ reason: 'unsubscribe', scope: 'topic', topic: 'offers' });
    await scene.stop({ reason: 'complaint' });
    expect(await scene.stop({ reason: 'unsubscribe' })).toMatchObject({ id: first.id, scope: 'bulk', topic: null });
    expect(await scene.suppressions.list(scene.tenant.tenantId, {}, 9)).toHaveLength(3);
    const claimed = await scene.delivery.claim('email', [await scene.message(bulk), await scene.message()], LEASE);
    expect(claimed).toMatchObject([
      { suppression: 'complaint', suppressionScope: 'all' },
      { suppression: 'complaint', suppressionScope: 'all' },
    ]);
  });

  it.each([
    ['email', 'unsubscribe', 'bulk'],
    ['email', 'complaint', 'all'],
    ['email', 'manual', 'all'],
    ['sms', 'unsubscribe', 'all'],
    ['whatsapp', 'unsubscribe', 'all'],
  ] as const)('is meant of %s by %s: %s', async (channel, reason, scope) => {
    expect(await scene.stop({ channel, reason })).toMatchObject({ scope, topic: null });
  });
});
