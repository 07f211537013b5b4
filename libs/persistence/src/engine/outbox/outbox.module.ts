import { Module } from '@nestjs/common';
import { PersistenceModule } from '../../persistence.module.js';
import { PollerModule } from '../polling/poller.module.js';
import { OutboxMetrics } from './outbox-metrics.js';
import { OutboxReader } from './outbox-reader.js';

/** Has this process hand the events of messages to their subscribers. */
@Module({ imports: [PersistenceModule, PollerModule], providers: [OutboxMetrics, OutboxReader] })
export class OutboxModule {}
