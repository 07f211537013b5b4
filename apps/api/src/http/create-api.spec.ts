import { startFailure } from '@outbell/shared/start-failure.js';
import { type AddressInfo, createServer } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';

it('a taken port ends the start with the name of its setting', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const api = await TestApi.start();
  const failure: unknown = await api.app.listen(port, '127.0.0.1').catch((error: unknown) => error);
  expect(startFailure(failure, 'API_PORT')).toBe(
    `Port ${port} is taken by another process: set API_PORT to a free one.`,
  );
  await api.stop();
  other.close();
});
