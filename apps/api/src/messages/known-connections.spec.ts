import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';

// Whom a message would go by, as its tenant is told.
describe('the installation’s connections', () => {
  let api: TestApi;
  let tenant: TenantFactory;
  let key: TestKey;

  beforeAll(async () => {
    api = await TestApi.start({ INSTALLATION_CONNECTIONS: 'true', SMTP_URL: 'smtp://mail.example.com' });
    tenant = await TenantFactory.create(api.database.dataSource);
    key = await api.newKey({ tenantId: tenant.tenantId });
    await verifiedOver('installation');
  });
  afterAll(() => api.stop());

  async function route(): Promise<unknown> {
    const [id] = (await tenant.messages(1)) as [string];
    const answer = await api.app.inject({ url: `/v1/messages/${id}/explain`, headers: key.headers });
    const { steps } = answer.json<{ steps: { step: string; seen: unknown }[] }>();
    return steps.find(({ step }) => step === 'connection')?.seen;
  }

  function verifiedOver(over: string): Promise<unknown> {
    return api.database.dataSource.query('UPDATE sender SET verified_over = $2 WHERE id = $1', [tenant.senderId, over]);
  }

  async function own(name: string): Promise<string> {
    const credentials = { host: 'mail.example.org', port: 587, security: 'starttls' };
    const payload = { channel: 'email', provider: 'smtp', name, credentials };
    const answer = await api.app.inject({ method: 'POST', url: '/v1/connections', headers: key.headers, payload });
    return answer.json<{ id: string }>().id;
  }

  it('take what a tenant has no active connection for, and nothing else', async () => {
    const [shared] = api.app.get(InstallationConnections).connectionsOf('email');
    const installation = { connection_id: shared?.id, provider: 'smtp', installation: true };
    expect(await route()).toEqual(installation);
    const id = await own('our server');
    expect(await route()).toEqual({ connection_id: id, provider: 'smtp', name: 'our server' });
    await api.app.inject({ method: 'DELETE', url: `/v1/connections/${id}`, headers: key.headers });
    const excluded = [{ connection: id, provider: 'smtp', name: 'our server', reason: 'inactive' }];
    expect(await route()).toEqual({ ...installation, excluded });
  });

  it.each(['tenant', 'withdrawn'])('take nothing of a sender that is verified over %s', async (over) => {
    await verifiedOver(over);
    const [shared] = api.app.get(InstallationConnections).connectionsOf('email');
    const reason = 'sender_not_verified_for_installation';
    expect(await route()).toMatchObject({
      connection_id: null,
      excluded: expect.arrayContaining([
        { connection: shared?.id, provider: 'smtp', installation: true, reason },
      ]) as unknown,
    });
  });
});
