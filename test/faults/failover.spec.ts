import { afterEach, describe, expect, it } from 'vitest';
import { say, type Script, ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { MailScene } from '../support/mail-scene.js';
import { takenBy } from '../support/taken.js';
import { until } from '../support/until.js';

const DOWN: Script = { greeting: say('421 4.3.2 not now') };
const SWIFT = { RETRY_DELAY_MS: '200', RETRY_FACTOR: '1', SEND_TIMEOUT_MS: '2000', BREAKER_PROBE_MS: '100' };

describe('failover', { timeout: 60_000 }, () => {
  let scene: MailScene;
  let second: ScriptedSmtpServer;

  afterEach(async () => {
    await scene.end();
    await second.stop();
  });

  /** Two connections: the scene's own, and one that is tried after it. @returns the second's id */
  async function set(script: Script | ((connection: number) => Script), settings = {}): Promise<string> {
    scene = await MailScene.set(script, { ...SWIFT, ...settings });
    second = await ScriptedSmtpServer.start();
    return scene.tenant.smtpConnection(second.port, scene.vault, {}, { name: 'second', priority: 200 });
  }

  async function settled(ids: string[]): Promise<string[]> {
    return until(async () => {
      const statuses = await scene.statusesOf(ids);
      return statuses.every((status) => ['sent', 'failed', 'unknown'].includes(status)) && statuses;
    }, 40_000);
  }

  async function attemptsOf(connectionId: string): Promise<number> {
    const [row] = await scene.database.dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int FROM message_attempt WHERE connection_id = $1`,
      [connectionId],
    );
    return row.count;
  }

  it('goes around a connection that is out of order, tells why, and back to it when it works again', async () => {
    let isDown = true;
    const secondId = await set(() => (isDown ? DOWN : {}));
    await scene.runWorker();
    const ids = await scene.tenant.messages(60);
    expect(new Set(await settled(ids))).toEqual(new Set(['sent']));
    expect(takenBy(second).sort()).toEqual([...ids].sort());
    const tried = await attemptsOf(scene.connectionId);
    expect(tried).toBeLessThan(ids.length);
    const rows = await scene.database.dataSource.query<{ attempts: number; failovers: number; detail: object }[]>(
      `SELECT m.attempts, m.failovers, a.detail FROM message m JOIN message_attempt a ON a.message_id = m.id
        AND a.number = m.attempts`,
    );
    for (const { attempts, failovers, detail } of rows) {
      expect(failovers).toBe(attempts - 1);
      const reason = attempts === 1 ? 'breaker_open' : expect.stringMatching(/^(tried_already|breaker_open)$/);
      const excluded = [{ connection: scene.connectionId, reason }];
      expect(detail).toMatchObject({ route: { connection: secondId, excluded } });
    }
    isDown = false;
    await until(async () => {
      await settled(await scene.tenant.messages(1));
      return scene.server.messages.length > 0;
    });
  });

  it('waits with no attempt spent while all are out of order, and sends each once when one works again', async () => {
    let isDown = true;
    const script = () => (isDown ? DOWN : {});
    await set(script, { RETRY_ATTEMPTS: '50' });
    await second.stop();
    await scene.runWorker();
    const ids = await scene.tenant.messages(80);
    await until(async () => {
      const [row] = await scene.database.dataSource.query<[{ count: number }]>(
        `SELECT count(*)::int FROM message WHERE reason = 'all_routes_down'`,
      );
      return row.count > 20;
    });
    isDown = false;
    expect(new Set(await settled(ids))).toEqual(new Set(['sent']));
    expect(takenBy(scene.server).sort()).toEqual([...ids].sort());
    const untried = await scene.database.dataSource.query<{ attempts: number }[]>(
      `SELECT attempts FROM message WHERE attempts = 1`,
    );
    expect(untried.length).toBeGreaterThan(0);
  });
});
