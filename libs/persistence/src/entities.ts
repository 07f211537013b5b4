import { ApiKeyEntity } from './entities/api-key.entity.js';
import { ConnectionEntity } from './entities/connection.entity.js';
import { ContactDeviceEntity } from './entities/contact-device.entity.js';
import { ContactEntity } from './entities/contact.entity.js';
import { MessageAttemptEntity } from './entities/message-attempt.entity.js';
import { MessageEventEntity } from './entities/message-event.entity.js';
import { MessageEntity } from './entities/message.entity.js';
import { SenderEntity } from './entities/sender.entity.js';
import { SuppressionEntity } from './entities/suppression.entity.js';
import { TemplateVersionEntity } from './entities/template-version.entity.js';
import { TemplateEntity } from './entities/template.entity.js';
import { TenantEntity } from './entities/tenant.entity.js';

/** Every table as TypeORM sees it. */
export const ENTITIES: (new () => object)[] = [
  ApiKeyEntity,
  ConnectionEntity,
  ContactDeviceEntity,
  ContactEntity,
  MessageAttemptEntity,
  MessageEntity,
  MessageEventEntity,
  SenderEntity,
  SuppressionEntity,
  TemplateEntity,
  TemplateVersionEntity,
  TenantEntity,
];
