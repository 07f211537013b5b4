import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** `GET /kept`: the bytes in use, on V8's heap and beside it, once everything that can be collected was. */
export function serveKept(worker: NestFastifyApplication): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const fastify = worker.getHttpAdapter().getInstance();
  fastify.get('/kept', (_request, reply) => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return reply.send({ bytes: heapUsed + external });
  });
}
