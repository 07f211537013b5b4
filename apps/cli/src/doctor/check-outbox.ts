import type { OutboxRepository } from '@outbell/persistence/engine/outbox/outbox.repository.js';
import { type Finding, warning } from './finding.js';

/** Events are heard within a second where a worker runs. */
const LATE_SECONDS = 600;

/** Tells of subscribers that failed at events for good, or do not get to hear them. */
export async function checkOutbox(subscribers: string[], outbox: OutboxRepository): Promise<Finding[]> {
  const figures = await outbox.figures(subscribers);
  return figures.flatMap(({ subscriber, backlog, lagSeconds, setAside }) => {
    const findings: Finding[] = [];
    if (setAside > 0) {
      const found = `${setAside} events were set aside: ${subscriber} failed at them again and again`;
      const mend = 'their rows in outbox say why; docs/operations.md tells how to hand them over again';
      findings.push(warning('outbox', found, mend));
    }
    if (lagSeconds > LATE_SECONDS) {
      const found = `${backlog} events wait for ${subscriber}, the oldest for ${Math.round(lagSeconds)} s`;
      findings.push(warning('outbox', found, 'see that a worker runs, and what its log says of that subscriber'));
    }
    return findings;
  });
}
