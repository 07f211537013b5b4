import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { callbackRows } from '../../../../test/support/callback-steps.js';
import { TenantFactory } from '../../../../test/support/factories.js';

/** As a server writes it that knows nobody of that name. */
const BOUNCE = [
  'From: Mail Delivery System <mailer-daemon@mx.example.net>',
  'To: shop@example.com',
  'Subject: Undelivered Mail Returned to Sender',
  'Message-ID: <bounce-1@mx.example.net>',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  '<ann@example.org>: host mx.example.net said: 550 5.1.1 User unknown',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example.net',
  '',
  'Final-Recipient: rfc822; ann@example.org',
  'Action: failed',
  'Status: 5.1.1',
  'Diagnostic-Code: smtp; 550 5.1.1 User unknown',
  '--b--',
  '',
].join('\r\n');
const NO_BOUNCE = 'From: ann@example.org\r\nSubject: Hello\r\n\r\nHow are you?\r\n';

let api: TestApi;
let tenant: TenantFactory;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  tenant = await TenantFactory.create(api.database.dataSource);
});

const { stored, rawOnes } = callbackRows(() => ({ api, tenant }));

describe('POST /v1/bounce-mails', () => {
  async function hand(mail: string, { type = 'message/rfc822', scopes = ['messages:write' as const] } = {}) {
    const key = await api.newKey({ tenantId: tenant.tenantId, scopes });
    const headers = { ...key.headers, 'content-type': type };
    return api.app.inject({ method: 'POST', url: '/v1/bounce-mails', payload: mail, headers });
  }

  it('stores what a mail says, once', async () => {
    const answer = await hand(BOUNCE);
    expect([answer.statusCode, answer.json()]).toEqual([200, { events: 1, new_events: 1 }]);
    expect((await hand(BOUNCE)).json()).toEqual({ events: 1, new_events: 0 });
    expect(await stored()).toEqual([
      expect.objectContaining({
        kind: 'bounced',
        state: 'new',
        evidence: expect.objectContaining({ suppress: 'invalid' }) as object,
      }),
    ]);
    expect((await rawOnes())[0]?.body.toString()).toBe(BOUNCE);
  });

  it('of one tenant is not another’s', async () => {
    await hand(BOUNCE);
    tenant = await TenantFactory.create(api.database.dataSource);
    expect((await hand(BOUNCE)).json()).toEqual({ events: 1, new_events: 1 });
    expect(await stored()).toHaveLength(1);
  });

  it('takes mails that are no bounces, and nothing that is no mail', async () => {
    expect((await hand(NO_BOUNCE)).json()).toEqual({ events: 0, new_events: 0 });
    expect((await hand('no mail at all')).statusCode).toBe(400);
    expect((await hand('')).statusCode).toBe(400);
    expect((await hand('{}', { type: 'application/json' })).statusCode).toBe(415);
    expect((await hand('x'.repeat(10_500_000))).statusCode).toBe(413);
    expect(await rawOnes()).toEqual([]);
  });

  it('needs its scope', async () => {
    const key = await api.newKey({ scopes: ['messages:read'] });
    const headers = { ...key.headers, 'content-type': 'message/rfc822' };
    const answer = await api.app.inject({
      method: 'POST',
      url: '/v1/bounce-mails',
      payload: BOUNCE,
      headers,
    });
    expect(answer.statusCode).toBe(403);
  });
});
