import { expect } from 'vitest';
import type { ConnectionDto } from '../../apps/api/src/connections/connection.dto.js';
import type { TestApi, TestKey } from './api.js';

export const CREDENTIALS = {
  host: 'smtp.example.com',
  port: 587,
  security: 'starttls',
  username: 'mailer',
  password: 'canary-p4ssword',
};
export const SMTP = { channel: 'email', provider: 'smtp', name: 'our server', credentials: CREDENTIALS };

/** What a test plays in, anew for each. */
interface Scene {
  api: TestApi;
  key: TestKey;
}

/** What specs of connections do over and over. @param scene the one of the moment */
export function connectionSteps(scene: () => Scene) {
  function request(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object, by = scene().key) {
    return scene().api.app.inject({
      method,
      url: `/v1/connections${path}`,
      headers: by.headers,
      ...(payload && { payload }),
    });
  }
  async function made(changes: object = {}): Promise<ConnectionDto> {
    const answer = await request('POST', '', { ...SMTP, name: `c-${Math.random()}`, ...changes });
    expect(answer.statusCode, answer.body).toBe(201);
    return answer.json();
  }

  return { request, made };
}
