import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '@outbell/shared/config/config.schema.js';
import { crudOptions, engineOptions } from './data-source.js';
import { ENGINE } from './engine/engine-data-source.js';
import { OutboxRepository } from './engine/outbox/outbox.repository.js';
import { SubscriberRegistry } from './engine/outbox/subscriber-registry.js';
import { SUBSCRIBERS } from './engine/outbox/subscribers.js';
import { ENTITIES } from './entities.js';
import { PoolFigures } from './pool-figures.js';
import { ApiKeyRepository } from './repositories/api-key.repository.js';
import { CapacityDeferralRepository } from './engine/capacity-deferral.repository.js';
import { CallbackRepository } from './engine/callback.repository.js';
import { ConnectionRepository } from './repositories/connection.repository.js';
import { ContactDeviceRepository } from './repositories/contact-device.repository.js';
import { ContactRepository } from './repositories/contact.repository.js';
import { DeliveryRepository } from './engine/delivery.repository.js';
import { DispatchRepository } from './engine/dispatch.repository.js';
import { DeliveryEventRepository } from './engine/delivery-event.repository.js';
import { FallbackRepository } from './engine/fallback.repository.js';
import { FiguresRepository } from './engine/figures.repository.js';
import { IdempotencyRepository } from './repositories/idempotency.repository.js';
import { StatusPollRepository } from './engine/status-poll.repository.js';
import { MailingRepository } from './repositories/mailing.repository.js';
import { MessageControlRepository } from './engine/message-control.repository.js';
import { MessageIntakeRepository } from './engine/message-intake.repository.js';
import { MessageReferenceRepository } from './engine/message-reference.repository.js';
import { MessageRepository } from './repositories/message.repository.js';
import { OptOutRepository } from './repositories/opt-out.repository.js';
import { RecipientNameRepository } from './engine/recipient-name.repository.js';
import { LostLeaseRepository } from './engine/lost-lease.repository.js';
import { NoticeRepository } from './repositories/notice.repository.js';
import { PartitionRepository } from './engine/partition.repository.js';
import { RateSlotRepository } from './engine/rate-slot.repository.js';
import { ResendRepository } from './engine/resend.repository.js';
import { RetentionRepository } from './repositories/retention.repository.js';
import { SealedRowRepository } from './repositories/sealed-row.repository.js';
import { SenderReportRepository } from './engine/sender-report.repository.js';
import { SenderRepository } from './repositories/sender.repository.js';
import { SuppressionRepository } from './repositories/suppression.repository.js';
import { TemplateRepository } from './repositories/template.repository.js';
import { TenantPauseRepository } from './engine/tenant-pause.repository.js';
import { TenantRepository } from './repositories/tenant.repository.js';
import { WhatsAppKeyRepository } from './repositories/whatsapp-key.repository.js';
import { WhatsAppLeaseRepository } from './repositories/whatsapp-lease.repository.js';
import { WhatsAppSessionRepository } from './repositories/whatsapp-session.repository.js';

const REPOSITORIES: (new (...args: never[]) => object)[] = [
  ApiKeyRepository,
  CapacityDeferralRepository,
  CallbackRepository,
  ConnectionRepository,
  ContactDeviceRepository,
  ContactRepository,
  DeliveryRepository,
  DispatchRepository,
  DeliveryEventRepository,
  FallbackRepository,
  FiguresRepository,
  IdempotencyRepository,
  StatusPollRepository,
  MailingRepository,
  MessageControlRepository,
  MessageIntakeRepository,
  MessageReferenceRepository,
  MessageRepository,
  NoticeRepository,
  OptOutRepository,
  OutboxRepository,
  RecipientNameRepository,
  LostLeaseRepository,
  PartitionRepository,
  RateSlotRepository,
  ResendRepository,
  RetentionRepository,
  SealedRowRepository,
  SenderReportRepository,
  SenderRepository,
  SuppressionRepository,
  TemplateRepository,
  TenantPauseRepository,
  TenantRepository,
  WhatsAppKeyRepository,
  WhatsAppLeaseRepository,
  WhatsAppSessionRepository,
];

/**
 * Shares the connections out: of four, one is for CRUD, whose statements are planned as usual, and three are the
 * engine's.
 */
function poolOf(name: typeof ENGINE | 'crud', pool: number): number {
  const crud = Math.max(1, Math.floor(pool / 4));
  return name === 'crud' ? crud : pool - crud;
}

/** The database: two connection pools a process, CRUD's and the engine's, and all repositories. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: ({ values }: Config) => crudOptions(values.DATABASE_URL, poolOf('crud', values.DATABASE_POOL)),
    }),
    TypeOrmModule.forRootAsync({
      name: ENGINE,
      inject: [Config],
      useFactory: ({ values }: Config) => engineOptions(values.DATABASE_URL, poolOf(ENGINE, values.DATABASE_POOL)),
    }),
    TypeOrmModule.forFeature(ENTITIES),
  ],
  providers: [...REPOSITORIES, PoolFigures, { provide: SubscriberRegistry, useValue: SUBSCRIBERS }],
  exports: [...REPOSITORIES, SubscriberRegistry, TypeOrmModule],
})
export class PersistenceModule {}
