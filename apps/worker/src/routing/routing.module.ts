import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { ConnectionFigures } from './connection-figures.js';
import { Crowds } from './crowds.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { OpenConnections } from './open-connections.js';
import { RouteFinder } from './route-finder.js';

/** Chooses the connection of each message, and keeps the connections in use: their circuit breakers, throttles and places. */
@Module({
  imports: [PersistenceModule, CryptoModule],
  providers: [ConnectionFigures, Crowds, DeliveryMetrics, OpenConnections, RouteFinder],
  exports: [DeliveryMetrics, OpenConnections, RouteFinder],
})
export class RoutingModule {}
