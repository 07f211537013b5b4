import { Injectable } from '@nestjs/common';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { OpenConnections } from './open-connections.js';

/** Connections that are named one by one, at most: of the others only the number is told. */
const MAX_NAMED = 50;

/**
 * Shows the states of the connections of this worker. A connection is named only while something is wrong with it:
 * there may be thousands.
 */
@Injectable()
export class ConnectionFigures {
  constructor(metrics: Metrics, connections: OpenConnections) {
    metrics.gauge(
      'connections_open',
      'Connections this worker has open, by provider and state',
      ['provider', 'state'],
      (gauge) => {
        for (const { provider, state } of connections.list()) gauge.inc({ provider, state });
      },
    );
    const help =
      'Connections left alone: broken (its circuit breaker is open) or throttled (the vendor has had too much)';
    metrics.gauge('connection_down', help, ['provider', 'connection', 'state'], (gauge) => {
      const down = connections.list().filter(({ state }) => state !== 'up');
      for (const { provider, connectionId, state } of down.slice(0, MAX_NAMED))
        gauge.set({ provider, connection: connectionId ?? 'test', state }, 1);
    });
  }
}
