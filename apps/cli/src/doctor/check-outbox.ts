import type { OutboxRepository } from '@outbell/persistence/engine/outbox/outbox.repository.js';
import type { Finding } from './finding.js';

/** Events are heard within a second where a worker runs. */
const LATE_SECONDS = 600;

/** Tells of subscribers that failed at events for good, or do not get to hear them. */
export async function checkOutbox(subscribers: string[], outbox: OutboxRepository): Promise<Finding[]> {
  const figures = await outbox.figures(subscribers);
  return figures.flatMap(({ subscriber, backlog, lagSeconds, setAside }): Finding[] => [
    ...(setAside > 0 ? [aside(subscriber, setAside)] : []),
    ...(lagSeconds > LATE_SECONDS ? [late(subscriber, backlog, lagSeconds)] : []),
  ]);
}

function aside(subscriber: string, count: number): Finding {
  return {
    check: 'outbox',
    status: 'warn',
    found: `${count} events were set aside: ${subscriber} failed at them again and again`,
    mend: 'their rows in outbox say why; docs/operations.md tells how to hand them over again',
  };
}

function late(subscriber: string, backlog: number, seconds: number): Finding {
  return {
    check: 'outbox',
    status: 'warn',
    found: `${backlog} events wait for ${subscriber}, the oldest for ${Math.round(seconds)} s`,
    mend: 'see that a worker runs, and what its log says of that subscriber',
  };
}
