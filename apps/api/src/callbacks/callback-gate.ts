import { Injectable, UnauthorizedException } from '@nestjs/common';
import type { CallbackAnswer } from '@outbell/providers/callback.js';
import { NotFoundError } from '@outbell/shared/errors.js';
import { FailureLimiter } from '../auth/failure-limiter.service.js';

/**
 * Stops whoever guesses signatures, tokens and connections, as the one of API keys does. A vendor speaks for many
 * tenants from one address: a connection that lately worked is listened to, however many others are set up wrong there,
 * and whoever else calls its address in vain: what it is checked by cannot be guessed.
 */
@Injectable()
export class CallbackGate {
  private readonly limiter = new FailureLimiter();

  /** @throws {TooManyRequests} and what `receive` throws */
  async pass(ip: string, connection: string, receive: () => Promise<CallbackAnswer>): Promise<CallbackAnswer> {
    try {
      await this.limiter.check(ip, connection);
      const answer = await receive();
      if (answer.status < 400) this.limiter.succeeded(connection, connection);
      else await this.limiter.failed(ip);
      return answer;
    } catch (error) {
      if (error instanceof UnauthorizedException || error instanceof NotFoundError) {
        await this.limiter.failed(ip);
      }
      throw error;
    }
  }
}
