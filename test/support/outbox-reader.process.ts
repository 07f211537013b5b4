import { OutboxRepository } from '@outbell/persistence/engine/outbox/outbox.repository.js';
import { once } from 'node:events';
import { DataSource } from 'typeorm';
import { DELIVERED_COUNTER } from './delivered-counter.js';

// A process that hands events to DELIVERED_COUNTER, to be killed: it says how far it is, and goes on when it is told
// to.
//
// argv: the database, events of a batch.
const [url = '', batch = ''] = process.argv.slice(2);

async function say(stage: 'ready' | 'counted' | 'ended'): Promise<void> {
  process.send?.(stage);
  await once(process, 'message');
}

const outbox = new OutboxRepository(await new DataSource({ type: 'postgres', url }).initialize());
await say('ready');
for (;;) {
  const { taken } = await outbox.handOver(
    {
      ...DELIVERED_COUNTER,
      async handle(events, tx) {
        await DELIVERED_COUNTER.handle(events, tx);
        await say('counted');
      },
    },
    Number(batch),
  );
  if (taken > 0) await say('ended');
}
