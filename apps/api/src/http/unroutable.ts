import { newId } from '@outbell/shared/uuid.js';
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { BadRequestException, HttpException } from '@nestjs/common';
import { toProblem } from './problem.js';

const TYPE = 'application/problem+json';

/** Answers what the router itself refuses (a malformed URL), before any hook or filter runs. */
export function answerUnroutable(publicUrl: string) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = toProblem(error, request.id, publicUrl);
    void reply
      .code(problem.status)
      .headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' })
      .type(TYPE)
      .send(JSON.stringify(problem));
  };
}

const UNREADABLE: Record<string, HttpException> = {
  ERR_HTTP_REQUEST_TIMEOUT: new HttpException('The request did not arrive whole in time.', 408),
  HPE_HEADER_OVERFLOW: new HttpException('The headers are too large.', 431),
};

/**
 * How long what still comes is taken in after such an answer, in ms: hanging up on unread bytes resets the connection.
 */
const LINGER_MS = 1_000;

/** Answers what Node cannot read as HTTP, and so is no request yet; then hangs up. */
export function answerUnreadable(publicUrl: string) {
  return (error: ConnectionError, socket: Socket): void => {
    // Every piece that comes after the answer is another error.
    if (error.code === 'ECONNRESET' || socket.destroyed || socket.writableEnded) return;
    const exception = UNREADABLE[error.code] ?? new BadRequestException('The request is not valid HTTP.');
    const problem = toProblem(exception, newId(), publicUrl);
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `content-type: ${TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${problem.instance}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}
