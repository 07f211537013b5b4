import type { FastifyInstance } from 'fastify';

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Lets in only what was meant for this machine. The sandbox shows mail with codes and links to whoever asks, and a
 * foreign page in the developer's browser can reach loopback: by a name that resolves to it (DNS rebinding), or blindly
 * by a form.
 */
export function acceptLocalRequestsOnly(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const { host = '', origin } = request.headers;
    const foreign = origin !== undefined && origin !== `http://${host}`;
    if (LOCAL_HOST.test(host) && (!foreign || request.method === 'GET')) return;
    await reply.status(403).send({ status: 403, title: 'The sandbox answers its own machine only' });
  });
}
