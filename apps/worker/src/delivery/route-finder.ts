import { Injectable, Logger } from '@nestjs/common';
import { ConnectionRepository, type RouteRow } from '@outbell/persistence/repositories/connection.repository.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Delivery, Routed, Stop } from './delivery.js';
import { OpenConnections } from './open-connections.js';

/** Until it is looked again whether the tenant has mended its connections, in ms. */
const WAIT_MS = 60_000;

/** Finds for each message the connection that takes it: the tenant's best active one of the channel. */
@Injectable()
export class RouteFinder {
  private readonly logger = new Logger(RouteFinder.name);

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly connections: OpenConnections,
  ) {}

  async find(batch: Delivery[], stop: Stop): Promise<Routed[]> {
    const live = batch.filter(({ message }) => message.mode === 'live');
    const routes = await this.bestRoutes(live);
    return batch.flatMap((delivery) => {
      const { message } = delivery;
      if (message.mode === 'test') return [{ ...delivery, connection: this.connections.forTestMode() }];
      const route = routes.get(message.tenantId);
      if (!route) {
        stop(delivery, waiting('no_connection'));
        return [];
      }
      try {
        return [{ ...delivery, connection: this.connections.for(route) }];
      } catch (error) {
        this.logger.error(
          'a connection cannot be opened',
          { tenantId: message.tenantId, connectionId: route.id },
          error,
        );
        stop(delivery, waiting('connection_unusable', route.id));
        return [];
      }
    });
  }

  /** By tenant; a batch is of one channel. */
  private async bestRoutes(batch: Delivery[]): Promise<Map<string, RouteRow>> {
    const tenants = new Map(batch.map(({ message }) => [message.tenantId, message.channel]));
    const routes = await this.repository.routes([...tenants].map(([tenantId, channel]) => ({ tenantId, channel })));
    const best = new Map<string, RouteRow>();
    for (const route of routes) if (!best.has(route.tenantId)) best.set(route.tenantId, route);
    return best;
  }
}

/** Spread, so that a tenant's messages do not all ask again in one moment. */
function waiting(reason: string, connectionId?: string): Outcome {
  return {
    kind: 'deferred',
    reason,
    afterMs: WAIT_MS * (1 + Math.random()),
    ...(connectionId !== undefined && { detail: { connection_id: connectionId } }),
  };
}
