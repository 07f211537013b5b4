import { setTimeout as pause } from 'node:timers/promises';
import { LANES } from '@outbell/shared/constants/queues.js';
import { loadConfig } from '@outbell/shared/config/load-config.js';
import { driverOf } from '@outbell/transport/drivers.js';
import type { Transport } from '@outbell/transport/transport.js';
import type { Stage } from '../harness/stage.js';
import type { Scenario } from '../scenario.js';

const ROUNDS = 60;

export const WAKE_UPS: Scenario[] = [
  {
    name: 'wake-ups-doubled',
    title: 'wake-ups come many times, in any order, for messages of any state',
    async play(stage) {
      await stage.world.startWorker();
      const config = loadConfig(stage.servers.environment);
      const connection = await (await driverOf(config)).connect(config);
      stage.load.start();
      try {
        for (let round = 0; round < ROUNDS; round += 1) {
          await wakeAgain(stage, connection.client);
          await pause(20);
        }
      } finally {
        await connection.close();
      }
      stage.over();
    },
  },
];

/** A wake-up in each lane over the same messages, each in an order of its own. */
async function wakeAgain({ load, chance }: Stage, transport: Transport): Promise<void> {
  const newest = [...load.accepted.values()].slice(-60);
  if (newest.length === 0) return;
  await transport.publish(
    LANES.map((lane) => ({
      channel: 'email',
      lane,
      priority: 'normal',
      ids: [...chance.shuffled(newest), ...newest.slice(0, 9)],
    })),
  );
}
