import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (Linux: from 32768 on): of those, one that was free may be
 * a client's by the time a server wants it.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;

/**
 * A port of the loopback interface nobody listens on: the preferred one when it is free, else any.
 *
 * @param {number} [preferred]
 * @returns {Promise<number>}
 */
export async function freePort(preferred = 0) {
  return (await probe(preferred || randomInt(LOWEST, HIGHEST))) ?? (await freePort());
}

/**
 * @param {number} port
 * @returns {Promise<number | undefined>} undefined when it is taken
 */
function probe(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => resolve(port));
    });
  });
}
