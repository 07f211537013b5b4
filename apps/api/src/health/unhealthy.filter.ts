import { type ArgumentsHost, Catch, type ExceptionFilter, ServiceUnavailableException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** Terminus throws its report when a check fails; probes and people want to read it as it is, not as a problem. */
@Catch(ServiceUnavailableException)
export class UnhealthyFilter implements ExceptionFilter<ServiceUnavailableException> {
  catch(exception: ServiceUnavailableException, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.code(exception.getStatus()).send(exception.getResponse());
  }
}
