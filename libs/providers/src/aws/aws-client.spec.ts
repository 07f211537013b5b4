import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sms } from '../testing/outgoing-sms.js';
import { SnsProvider } from '../sns/sns.provider.js';

let server: http.Server;
let sent = 0;

/** Answers, and never stops. */
beforeEach(async () => {
  const piece = Buffer.alloc(65_536, 'x');
  server = http.createServer((_, response) => {
    const goOn = (): void => {
      do sent += piece.length;
      while (response.write(piece));
    };
    response.on('drain', goOn).on('error', () => undefined);
    goOn();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it('an answer that does not end is not read on', async () => {
  const { port } = server.address() as AddressInfo;
  const keys = { access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'x'.repeat(40) };
  const credentials = { region: 'eu-west-1', ...keys, base_url: `http://127.0.0.1:${port}` };
  const provider = new SnsProvider(credentials, { sendTimeoutMs: 10_000, outboundAllow: ['127.0.0.0/8'] });
  expect(await provider.send(sms())).toMatchObject({ kind: 'unknown', reason: 'unreadable_reply' });
  expect(sent).toBeLessThan(50_000_000);
  await provider.close();
});
