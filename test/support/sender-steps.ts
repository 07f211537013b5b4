import type { Problem } from '../../apps/api/src/http/problem.js';
import type { SenderDto } from '../../apps/api/src/senders/sender.dto.js';
import type { TestApi, TestKey } from './api.js';

export const SHOP = { channel: 'email', address: 'Shop@Example.com', name: 'Example Shop' };

interface Sent {
  mode: string;
  priority: number;
  recipient: string;
  senderId: string;
  text: string;
  code: string;
}

/** What a test plays in, anew for each. */
interface Scene {
  api: TestApi;
  key: TestKey;
}

export const fieldsOf = (answer: { json<T>(): T }) => [
  ...new Set(answer.json<Problem>().errors?.map(({ field }) => field)),
];

/** What specs of senders do over and over. @param scene the one of the moment */
export function senderSteps(scene: () => Scene) {
  function post(path: string, payload?: object, by = scene().key) {
    return scene().api.app.inject({
      method: 'POST',
      url: `/v1/senders${path}`,
      headers: by.headers,
      ...(payload && { payload }),
    });
  }
  function patch(id: string, payload: object, by = scene().key) {
    return scene().api.app.inject({ method: 'PATCH', url: `/v1/senders/${id}`, headers: by.headers, payload });
  }
  function get(path: string, by = scene().key) {
    return scene().api.app.inject({ url: `/v1/senders${path}`, headers: by.headers });
  }

  /** The verification messages accepted for the tenant, oldest first. */
  async function sent(by = scene().key): Promise<Sent[]> {
    const rows = await scene().api.database.dataSource.query<Omit<Sent, 'code'>[]>(
      `SELECT mode, priority, recipient, sender_id AS "senderId", content->>'text' AS text FROM message
        WHERE tenant_id = $1 ORDER BY id`,
      [by.tenantId],
    );
    return rows.map((row) => ({ ...row, code: /\b\d{6}\b/.exec(row.text)?.[0] ?? '' }));
  }
  async function lastCode(): Promise<string> {
    return (await sent()).at(-1)?.code ?? '';
  }

  async function made(by = scene().key): Promise<SenderDto> {
    return (await post('', SHOP, by)).json();
  }
  async function verified(): Promise<SenderDto> {
    const { id } = await made();
    return (await post(`/${id}/verify`, { code: await lastCode() })).json();
  }

  return { post, patch, get, sent, lastCode, made, verified };
}
