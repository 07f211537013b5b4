import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { ConnectionFigures } from './connection-figures.js';
import { BacklogGate } from './backlog-gate.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { OpenConnections } from './open-connections.js';
import { ConnectionRouter } from './connection-router.js';

/**
 * Chooses the connection of each message, and keeps the connections in use: their circuit breakers, throttles and
 * places.
 */
@Module({
  imports: [PersistenceModule, CryptoModule],
  providers: [ConnectionFigures, BacklogGate, DeliveryMetrics, OpenConnections, ConnectionRouter],
  exports: [DeliveryMetrics, OpenConnections, ConnectionRouter],
})
export class RoutingModule {}
