import type { HttpFaultInput } from '../../apps/sandbox/src/faults/http-fault.schema.js';
import { FAILPOINTS, type Failpoint } from '@outbell/shared/failpoints.js';
import type { Stage } from '../harness/stage.js';
import type { VendorName } from '../harness/vendor.js';
import type { Scenario } from '../scenario.js';

/**
 * It takes a message once under our key, however often it is offered: nothing stays unknown, so that nothing is allowed
 * to.
 */
const VENDORS: readonly VendorName[] = ['resend'];

/** So many calls are struck before the vendor is well again. */
const STRIKES = 12;

/** After which a vendor of any other kind would leave `unknown`. */
const STEPS: Failpoint[] = ['delivery.marked', 'delivery.called'];

const AFTER_STEPS: Scenario[] = STEPS.map((step) => ({
  name: `repeat-killed-${step.split('.')[1]}`,
  title: `a vendor that takes a repeat once: kill -9 of a worker when ${FAILPOINTS[step]}`,
  vendors: VENDORS,
  async play(stage) {
    const victim = await stage.world.startWorker({ FAILPOINTS: `${step}=kill@${stage.chance.whole(1, 30)}` });
    stage.load.start();
    await stage.killed(victim);
    stage.over();
    await repeated(stage, 1);
  },
}));

const MISBEHAVIOURS: { name: string; title: string; action: HttpFaultInput['action'] }[] = [
  { name: 'cuts-before', title: 'cut before it took the message', action: { type: 'drop_before' } },
  { name: 'cuts-after', title: 'cut after it took the message', action: { type: 'drop_after' } },
  { name: 'half-reply', title: 'half a reply', action: { type: 'half_reply' } },
  { name: 'garbage', title: 'a reply that is none', action: { type: 'garbage' } },
  { name: 'hangs', title: 'no answer, and nothing taken', action: { type: 'hang' } },
  { name: 'hangs-taken', title: 'no answer, and the message taken', action: { type: 'hang', taken: true } },
];

const STRUCK: Scenario[] = MISBEHAVIOURS.map(({ name, title, action }) => ({
  name: `repeat-${name}`,
  title: `a vendor that takes a repeat once: ${title}`,
  vendors: VENDORS,
  async play(stage) {
    const { vendor } = stage.servers;
    await vendor.misbehave({ vendor: 'resend', when: { every: stage.chance.whole(3, 8) }, action });
    stage.load.start();
    await stage.until(`${STRIKES} strikes`, async () => (await vendor.struck()) >= STRIKES);
    await vendor.behave();
    stage.over();
    await repeated(stage, STRIKES / 2);
  },
}));

export const REPEATS: Scenario[] = [...AFTER_STEPS, ...STRUCK];

/**
 * Waits until so many messages at least were repeated: else the vendor's promise was never used. A lease may have to
 * end before.
 */
async function repeated(stage: Stage, atLeast: number): Promise<void> {
  const { servers, customer } = stage;
  await stage.load.finish(stage.messages);
  await stage.until(`${atLeast} repeats`, async () => {
    const [row] = await servers.database.query<{ repeated: number }[]>(
      `SELECT count(DISTINCT message_id)::int AS repeated FROM message_event WHERE tenant_id = $1 AND type = 'repeat'`,
      [customer.tenantId],
    );
    return (row?.repeated ?? 0) >= atLeast;
  });
}
