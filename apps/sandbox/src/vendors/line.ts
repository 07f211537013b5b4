import type { FastifyReply } from 'fastify';
import type { VendorReply } from './submission.js';

/** Answers as it should be. */
export async function answer(reply: FastifyReply, { status, headers = {}, body }: VendorReply): Promise<void> {
  const json = typeof body === 'string' ? {} : { 'content-type': 'application/json; charset=utf-8' };
  await reply
    .status(status)
    .headers({ ...json, ...headers })
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Ends the connection without a word. */
export function cut(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.destroy();
}

/** Begins the right answer and ends the connection in its middle. */
export function answerHalf(reply: FastifyReply, { status, headers = {}, body }: VendorReply): void {
  const text = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  reply.hijack();
  // At least one byte is promised and not sent, also where the whole answer is empty.
  reply.raw.writeHead(status, { ...headers, 'content-length': text.length + 1 });
  reply.raw.flushHeaders();
  reply.raw.write(text.subarray(0, text.length / 2), () => reply.raw.socket?.destroy());
}

/** Never answers. The connection stays open until one of both goes away. */
export function hang(reply: FastifyReply): void {
  reply.hijack();
}
