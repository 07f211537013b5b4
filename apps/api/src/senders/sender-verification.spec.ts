import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { fieldsOf, senderSteps, SHOP } from '../../../../test/support/sender-steps.js';
import type { SenderPageDto } from './sender.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ CHANNELS: 'email,sms,whatsapp,push,voice' });
});
afterAll(() => api.stop());
beforeEach(async () => {
  key = await api.newKey();
});

const { post, get, sent, lastCode, made, verified } = senderSteps(() => ({ api, key }));

const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

/** As if the last code had been sent that long ago. */
function age(id: string, minutes: number) {
  return api.database.dataSource.query(
    `UPDATE sender SET code_expires_at = code_expires_at - make_interval(mins => $2) WHERE id = $1`,
    [id, minutes],
  );
}

describe('verifying', () => {
  it('takes the code once sent, and stays verified', async () => {
    const { id } = await made();
    const code = await lastCode();
    const answer = await post(`/${id}/verify`, { code });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'verified', verified_at: expect.any(String) as string });
    expect((await post(`/${id}/verify`, { code: wrong(code) })).json()).toMatchObject({ status: 'verified' });
  });

  it('allows five attempts, of however many at once', async () => {
    const { id } = await made();
    const code = await lastCode();
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(`/${id}/verify`, { code: wrong(code) })));
    expect(answers.filter(({ body }) => body.includes('is not the one'))).toHaveLength(5);
    const right = await post(`/${id}/verify`, { code });
    expect(right.statusCode).toBe(422);
    expect(right.body).toContain('tried too often');
  });

  it('takes no code older than 30 minutes', async () => {
    const { id } = await made();
    await age(id, 30);
    expect((await post(`/${id}/verify`, { code: await lastCode() })).statusCode).toBe(422);
  });

  it.each([{ code: 123456 }, { code: '12345' }, { code: '１２３４５６' }, { code: null }, {}])(
    'refuses %j',
    async (body) => {
      const { id } = await made();
      const answer = await post(`/${id}/verify`, body);
      expect(answer.statusCode).toBe(400);
      expect(fieldsOf(answer)).toEqual(['code']);
    },
  );

  it('takes no code of another sender', async () => {
    const { id } = await made();
    const code = await lastCode();
    await api.database.dataSource.query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, code_hash, code_expires_at)
       SELECT gen_random_uuid(), tenant_id, channel, 'other@example.com', status, code_hash, code_expires_at FROM sender
         WHERE id = $1`,
      [id],
    );
    const { data } = (await get('')).json<SenderPageDto>();
    const copied = data.find(({ address }) => address === 'other@example.com');
    expect((await post(`/${copied?.id}/verify`, { code })).statusCode).toBe(422);
  });
});

describe('another code', () => {
  it('is not had earlier by making the sender anew', async () => {
    const { id } = await made();
    const remove = () => api.app.inject({ method: 'DELETE', url: `/v1/senders/${id}`, headers: key.headers });
    expect((await post('', SHOP)).json()).toMatchObject({ status: 409, code: 'sender_exists' });
    expect((await remove()).statusCode).toBe(204);
    expect((await post('', SHOP)).json()).toMatchObject({ status: 409, code: 'code_sent_recently' });
    expect(await sent()).toHaveLength(1);
    expect((await post('', SHOP, await api.newKey())).statusCode).toBe(201);
    await age(id, 1);
    expect((await post('', SHOP)).statusCode).toBe(201);
  });

  it('is sent after a minute, voids the first, and gives five new attempts', async () => {
    const { id } = await made();
    const first = await lastCode();
    for (let i = 0; i < 5; i++) await post(`/${id}/verify`, { code: wrong(first) });
    expect((await post(`/${id}/resend-code`)).statusCode).toBe(409);
    await age(id, 1);
    expect((await post(`/${id}/resend-code`)).statusCode).toBe(202);
    const second = await lastCode();
    expect(await sent()).toHaveLength(2);
    if (first !== second) expect((await post(`/${id}/verify`, { code: first })).statusCode).toBe(422);
    expect((await post(`/${id}/verify`, { code: second })).statusCode).toBe(200);
  });

  it('is not sent to a verified sender', async () => {
    const { id } = await verified();
    await age(id, 10);
    expect((await post(`/${id}/resend-code`)).statusCode).toBe(409);
  });
});
