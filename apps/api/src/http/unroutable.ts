import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from './problem.js';

/** Answers what the router itself refuses (a malformed URL), before any hook or filter runs. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error, request.id);
  void reply
    .code(problem.status)
    .headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' })
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}
