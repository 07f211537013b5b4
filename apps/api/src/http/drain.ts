import type { FastifyInstance } from 'fastify';

/**
 * Lets a closing server end as soon as its last answer is sent. `forceCloseConnections: 'idle'` closes what is idle when closing begins;
 * a connection whose answer comes after that would be kept alive, and the server with it, until the client hangs up.
 */
export function closeAfterLastAnswer(fastify: FastifyInstance): void {
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });
}
