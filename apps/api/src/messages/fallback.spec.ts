import type { Channel } from '@outbell/shared/constants/channels.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { Problem } from '../http/problem.js';
import type { BatchDto } from './acceptance.dto.js';
import type { ExplanationDto } from './explanation.dto.js';
import type { MessageWithTimelineDto } from './timeline.dto.js';

const SMS = { channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'Hello', after: 'PT15M' };
const PUSH = { channel: 'push', to: 'a-token', sender: 'com.example.shop', text: 'Hello', after: 'P1D' };
const MAIL = {
  channel: 'email',
  to: 'ann@example.org',
  sender: 'shop@example.com',
  subject: 'Hi',
  text: 'Hello',
  metadata: { order: 17 },
};
const { to: _mail, ...MAIL_TO_NOBODY } = MAIL;
const { to: _sms, ...SMS_TO_NOBODY } = SMS;

describe('fallback', () => {
  let api: TestApi;
  let key: TestKey;

  beforeAll(async () => {
    api = await TestApi.start({ CHANNELS: 'email,sms,push' });
    key = await api.newKey();
    for (const [channel, address] of [
      ['sms', SMS.sender],
      ['push', PUSH.sender],
      ['email', MAIL.sender],
    ] as [Channel, string][])
      await api.database.dataSource.query(
        `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at) VALUES ($1, $2, $3, $4, 'verified',
          now())`,
        [newId(), key.tenantId, channel, address],
      );
    await post('/v1/contacts', { external_id: 'both', email: 'ann@example.org', phone: '+33612345678' });
    await post('/v1/contacts', { external_id: 'mail alone', email: 'ann@example.org' });
  });
  afterAll(() => api.stop());

  function post(url: string, payload: object, headers: Record<string, string> = {}) {
    return api.app.inject({ method: 'POST', url, headers: { ...key.headers, ...headers }, payload });
  }

  async function accepted(message: object): Promise<string> {
    const answer = await post('/v1/messages', message);
    expect(answer.statusCode, answer.body).toBe(202);
    return answer.json<{ id: string }>().id;
  }

  async function get<T>(url: string): Promise<T> {
    return (await api.app.inject({ url, headers: key.headers })).json<T>();
  }

  function rows(id: string): Promise<Record<string, unknown>[]> {
    return api.database.dataSource.query(`SELECT * FROM message_fallback WHERE message_id = $1 ORDER BY position`, [
      id,
    ]);
  }

  it('is kept with its message and shown with it, without what it says', async () => {
    const id = await accepted({ ...MAIL, scheduled_at: '2026-12-01T10:00:00Z', fallback: [SMS, PUSH] });
    const shown = await get<MessageWithTimelineDto>(`/v1/messages/${id}`);
    expect(shown.fallbacks).toEqual([
      { channel: 'sms', state: 'waiting', due_at: '2026-12-01T10:15:00.000Z', message_id: null },
      { channel: 'push', state: 'waiting', due_at: null, message_id: null },
    ]);
    expect(shown.fallback_of).toBeNull();
    expect((await get<ExplanationDto>(`/v1/messages/${id}/explain`)).fallbacks).toEqual(shown.fallbacks);
    const [first, second] = await rows(id);
    expect(first).toMatchObject({
      tenant_id: key.tenantId,
      request: { to: SMS.to, sender: SMS.sender, text: 'Hello' },
    });
    expect(first?.['run_at']).toEqual(first?.['due_at']);
    expect(second).toMatchObject({ after_ms: 86_400_000, run_at: null });
  });

  it('counts from now where nothing is scheduled, and costs a message without it no row', async () => {
    const [row] = await rows(await accepted({ ...MAIL, fallback: [SMS] }));
    expect(Math.abs((row?.['due_at'] as Date).getTime() - Date.now() - 900_000)).toBeLessThan(10_000);
    expect(await rows(await accepted(MAIL))).toEqual([]);
  });

  it('takes the address of the contact that the message goes to', async () => {
    const [row] = await rows(
      await accepted({
        ...MAIL_TO_NOBODY,
        to_contact: 'both',
        fallback: [SMS_TO_NOBODY, { ...SMS, to: '+33698765432' }],
      }),
    );
    expect(row?.['request']).toMatchObject({ toContact: 'both' });
    expect(row?.['request']).not.toHaveProperty('to');
  });

  it.each<[string, object[], string[]]>([
    ['no entries', [], ['fallback']],
    ['four entries', [SMS, SMS, SMS, SMS], ['fallback']],
    ['no time', [{ ...SMS, after: undefined }], ['fallback.0.after']],
    ['less than a minute', [{ ...SMS, after: 'PT59S' }], ['fallback.0.after']],
    ['more than a week', [{ ...SMS, after: 'P7DT1S' }], ['fallback.0.after']],
    ['something unknown', [{ ...SMS, tags: [] }], ['fallback.0.tags']],
    ['a bad address', [SMS, { ...SMS, to: '12' }], ['fallback.1.to']],
    ['no address', [SMS_TO_NOBODY], ['fallback.0.to']],
    ['an unknown sender', [{ ...SMS, sender: 'Nobody' }], ['fallback.0.sender']],
    ['what the channel cannot carry', [{ ...SMS, subject: 'x' }], ['fallback.0.subject']],
    ['no content', [{ ...SMS, text: undefined }], ['fallback.0.text']],
    ['an unknown template', [{ ...SMS, text: undefined, template: { name: 'x' } }], ['fallback.0.template.name']],
    [
      'a channel that is not delivered',
      [{ ...SMS, channel: 'voice' }],
      ['fallback.0.channel', 'fallback.0.text', 'fallback.0.audio'],
    ],
  ])('is refused with %s', async (_, fallback, fields) => {
    const answer = await post('/v1/messages', { ...MAIL, fallback });
    expect(answer.statusCode).toBe(400);
    const { errors = [] } = answer.json<Problem>();
    expect(new Set(errors.map(({ field }) => field))).toEqual(new Set(fields));
  });

  it('is refused where the contact cannot be reached by it, and says once that there is none', async () => {
    const errorsOf = async (contact: string) => {
      const answer = await post('/v1/messages', { ...MAIL_TO_NOBODY, to_contact: contact, fallback: [SMS_TO_NOBODY] });
      return answer.json<Problem>().errors;
    };
    expect(await errorsOf('mail alone')).toEqual([
      { field: 'fallback.0.to', message: 'the contact has no address for sms', code: 'contact_without_address' },
    ]);
    expect((await errorsOf('nobody'))?.map(({ field }) => field)).toEqual(['to_contact']);
  });

  it('is checked with each item of a batch', async () => {
    const messages = [{ ...MAIL, fallback: [SMS] }, { ...MAIL, fallback: [{ ...SMS, sender: 'Nobody' }] }, MAIL];
    const { results } = (await post('/v1/messages/batch', { messages })).json<BatchDto>();
    expect(results.map(({ status }) => status)).toEqual([202, 400, 202]);
    expect(results[1]).toMatchObject({ code: 'unknown_sender', errors: [{ field: 'fallback.0.sender' }] });
    expect(await rows(results[0]?.id ?? '')).toHaveLength(1);
  });

  it('makes another request under a key that was used without it, and none more when it is repeated', async () => {
    const send = (fallback?: object[]) => post('/v1/messages', { ...MAIL, fallback }, { 'idempotency-key': 'once' });
    const first = (await send([SMS])).json<{ id: string }>();
    expect((await send([SMS])).json()).toMatchObject({ id: first.id });
    expect((await send()).statusCode).toBe(422);
    expect((await send([{ ...SMS, after: 'PT20M' }])).statusCode).toBe(422);
    expect(await rows(first.id)).toHaveLength(1);
  });

  it('is not the same as sending again what may have been sent, which is asked for by itself', async () => {
    const shown = async (message: object) => get<MessageWithTimelineDto>(`/v1/messages/${await accepted(message)}`);
    expect(await shown({ ...MAIL, on_unknown: 'resend' })).toMatchObject({ on_unknown: 'resend', fallbacks: [] });
    expect(await shown({ ...MAIL, on_unknown: 'park', fallback: [SMS] })).toMatchObject({ on_unknown: 'park' });
    expect(await shown(MAIL)).toMatchObject({ on_unknown: 'park' });
    const { errors } = (await post('/v1/messages', { ...MAIL, on_unknown: 'twice' })).json<Problem>();
    expect(errors?.map(({ field }) => field)).toEqual(['on_unknown']);
  });

  it('is canceled with its message', async () => {
    const id = await accepted({ ...MAIL, fallback: [SMS, PUSH] });
    const { fallbacks } = (await post(`/v1/messages/${id}/cancel`, {})).json<MessageWithTimelineDto>();
    expect(fallbacks.map(({ state }) => state)).toEqual(['canceled', 'canceled']);
    expect(await rows(id)).toEqual([
      expect.objectContaining({ run_at: null, request: null }),
      expect.objectContaining({ run_at: null, request: null }),
    ]);
  });
});
