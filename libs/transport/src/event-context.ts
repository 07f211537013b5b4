import { BaseRpcContext } from '@nestjs/microservices';
import type { Topic } from '@outbell/shared/constants/topics.js';

/** Tells a handler where its batch comes from. */
export class EventContext extends BaseRpcContext<[Topic]> {
  get topic(): Topic {
    return this.getArgs()[0];
  }
}
