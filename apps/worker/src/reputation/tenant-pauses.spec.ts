import { afterEach, describe, expect, it } from 'vitest';
import { say } from '../../../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { MailScene } from '../../../../test/support/mail-scene.js';
import { until } from '../../../../test/support/until.js';

describe('a tenant whose messages fail', { timeout: 30_000 }, () => {
  let scene: MailScene;
  afterEach(() => scene.end());

  it('is paused, and its further messages wait', async () => {
    scene = await MailScene.set(
      { rcpt: say('550 5.7.1 not from you') },
      { PAUSE_MIN: '20', MAINTENANCE_INTERVAL_MS: '20' },
    );
    await scene.runWorker();
    await scene.tenant.messages(25);
    const [tenant] = await until(async () => {
      const rows = await scene.database.dataSource.query<object[]>(
        `SELECT pause_reason, pause_detail FROM tenant WHERE paused_at IS NOT NULL`,
      );
      return rows.length > 0 && rows;
    });
    expect(tenant).toMatchObject({ pause_reason: 'failure_rate' });
    const [id] = (await scene.tenant.messages(1)) as [string];
    const row = await until(async () => {
      const found = await scene.tenant.row(id);
      return found['reason'] !== null && found;
    });
    expect(row).toMatchObject({ status: 'queued', reason: 'tenant_paused', attempts: 0 });
  });
});
