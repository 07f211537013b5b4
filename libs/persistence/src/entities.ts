import { ApiKeyEntity } from './entities/api-key.entity.js';
import { CallbackEntity } from './entities/callback.entity.js';
import { ConnectionEntity } from './entities/connection.entity.js';
import { ContactDeviceEntity } from './entities/contact-device.entity.js';
import { ContactEntity } from './entities/contact.entity.js';
import { DeliveryEventEntity } from './entities/delivery-event.entity.js';
import { IdempotencyEntity } from './entities/idempotency.entity.js';
import { LeaderLeaseEntity } from './entities/leader-lease.entity.js';
import { MessageAttemptEntity } from './entities/message-attempt.entity.js';
import { MessageDedupeEntity } from './entities/message-dedupe.entity.js';
import { MessageEventEntity } from './entities/message-event.entity.js';
import { MessageFallbackEntity } from './entities/message-fallback.entity.js';
import { MessageLeaseEntity } from './entities/message-lease.entity.js';
import { MessageResendEntity } from './entities/message-resend.entity.js';
import { MessageScheduleEntity } from './entities/message-schedule.entity.js';
import { MessageStatusPollEntity } from './entities/message-status-poll.entity.js';
import { MessageEntity } from './entities/message.entity.js';
import { NoticeEntity } from './entities/notice.entity.js';
import { OptOutWordEntity } from './entities/opt-out-word.entity.js';
import { OutboxEntity } from './entities/outbox.entity.js';
import { RateLevelEntity } from './entities/rate-level.entity.js';
import { RateSlotEntity } from './entities/rate-slot.entity.js';
import { RecipientNameEntity } from './entities/recipient-name.entity.js';
import { ScheduleFireEntity } from './entities/schedule-fire.entity.js';
import { SenderReportEntity } from './entities/sender-report.entity.js';
import { SenderEntity } from './entities/sender.entity.js';
import { SuppressionEntity } from './entities/suppression.entity.js';
import { TemplateVersionEntity } from './entities/template-version.entity.js';
import { TemplateEntity } from './entities/template.entity.js';
import { TenantEventEntity } from './entities/tenant-event.entity.js';
import { TenantOutcomeEntity } from './entities/tenant-outcome.entity.js';
import { TenantEntity } from './entities/tenant.entity.js';
import { WhatsAppContactEntity } from './entities/whatsapp-contact.entity.js';
import { WhatsAppKeyEntity } from './entities/whatsapp-key.entity.js';
import { WhatsAppSessionEntity } from './entities/whatsapp-session.entity.js';

/** Every table with all its columns, as TypeORM sees it. */
export const ENTITIES: (new () => object)[] = [
  ApiKeyEntity,
  CallbackEntity,
  ConnectionEntity,
  ContactDeviceEntity,
  ContactEntity,
  DeliveryEventEntity,
  IdempotencyEntity,
  LeaderLeaseEntity,
  MessageAttemptEntity,
  MessageDedupeEntity,
  MessageEntity,
  MessageEventEntity,
  MessageFallbackEntity,
  MessageLeaseEntity,
  MessageResendEntity,
  MessageScheduleEntity,
  MessageStatusPollEntity,
  NoticeEntity,
  OptOutWordEntity,
  OutboxEntity,
  RateLevelEntity,
  RateSlotEntity,
  RecipientNameEntity,
  SenderEntity,
  ScheduleFireEntity,
  SenderReportEntity,
  SuppressionEntity,
  TemplateEntity,
  TemplateVersionEntity,
  TenantEntity,
  TenantEventEntity,
  TenantOutcomeEntity,
  WhatsAppContactEntity,
  WhatsAppKeyEntity,
  WhatsAppSessionEntity,
];
