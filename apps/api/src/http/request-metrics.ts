import type { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { RequestObserver } from './request-log.js';

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long requests take, by the route's pattern: `outbell_http_request_duration_seconds{method,route,status}`. */
export function measureRequests(metrics: Metrics): RequestObserver {
  const durations = metrics.histogram(
    'http_request_duration_seconds',
    'Time from a request’s first byte to its answer’s last, in seconds.',
    ['method', 'route', 'status'],
    BUCKETS_SECONDS,
  );
  return (method, route, status, seconds) => durations.observe({ method, route, status }, seconds);
}
