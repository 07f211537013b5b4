import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { InputError, NotFoundError } from '@outbell/shared/errors.js';
import type { FastifyReply } from 'fastify';

/** Answers bad input and unknown ids as RFC 9457 problems. */
@Catch(InputError, NotFoundError)
export class ProblemFilter implements ExceptionFilter<InputError | NotFoundError> {
  catch(error: InputError | NotFoundError, host: ArgumentsHost): void {
    const bad = error instanceof InputError;
    const status = bad ? error.status : 404;
    const body = {
      type: 'about:blank',
      title: bad ? 'The request is not valid' : 'Not found',
      status,
      detail: error.message,
      ...(bad ? { errors: error.errors } : {}),
    };
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(status).header('content-type', 'application/problem+json').send(JSON.stringify(body));
  }
}
