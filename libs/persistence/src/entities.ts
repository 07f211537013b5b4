import { ApiKeyEntity } from './entities/api-key.entity.js';
import { MessageAttemptEntity } from './entities/message-attempt.entity.js';
import { MessageEventEntity } from './entities/message-event.entity.js';
import { MessageEntity } from './entities/message.entity.js';
import { TenantEntity } from './entities/tenant.entity.js';

/** Every table as TypeORM sees it. */
export const ENTITIES: (new () => object)[] = [
  ApiKeyEntity,
  MessageAttemptEntity,
  MessageEntity,
  MessageEventEntity,
  TenantEntity,
];
