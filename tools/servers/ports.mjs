import { createServer } from 'node:net';

/**
 * A port of the loopback interface nobody listens on: the preferred one when it is free, else one the system picks.
 *
 * @param {number} [preferred]
 * @returns {Promise<number>}
 */
export async function freePort(preferred = 0) {
  return (await probe(preferred)) ?? (await freePort());
}

/**
 * @param {number} port
 * @returns {Promise<number | undefined>} undefined when it is taken
 */
function probe(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (port === 0 ? reject(error) : resolve(undefined)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
