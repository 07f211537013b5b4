import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { withLogContext } from '@outbell/shared/logging/log-context.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { audit } from './audit.js';
import { type Problem, toProblem } from './problem.js';

/** When to ask again while something is away, in seconds. */
const RETRY_AFTER_S = 5;

/** Answers every error, of Fastify's as of Nest's, as problem JSON; logs what is ours to mend and what looks like a trespass. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(exception, request.id);
    withLogContext(request.logContext, () => this.log(exception, problem, request));
    if (reply.sent) return;
    if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_S);
    void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private log(exception: unknown, problem: Problem, request: FastifyRequest): void {
    if (problem.status >= 500) this.logger.error('request failed', exception);
    else audit(this.logger, request, problem);
  }
}
