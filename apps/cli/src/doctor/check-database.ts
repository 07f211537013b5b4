import { type DatabaseProbe, probeDatabase } from '@outbell/persistence/database-probe.js';
import { OLDEST_POSTGRES, tooOld } from '@outbell/persistence/schema-state.js';
import { errorLine } from '../error-line.js';
import type { Finding } from './finding.js';
import { placeOf } from './place-of.js';

const check = 'database';
const NOTICED_SKEW_MS = 2_000;
const HARMFUL_SKEW_MS = 60_000;

/** Whether all data can be written and found: the server, the schema, the coming partitions and the clocks. */
export async function checkDatabase(url: string): Promise<Finding[]> {
  let probe: DatabaseProbe;
  try {
    probe = await probeDatabase(url, () => new Date());
  } catch (error) {
    const found = `${placeOf(url)} does not answer: ${errorLine(error)}`;
    return [
      {
        check,
        status: 'fail',
        found,
        mend: 'start PostgreSQL, or correct DATABASE_URL (host, port, database, user, password)',
      },
    ];
  }
  return judgeDatabase(probe, placeOf(url));
}

export function judgeDatabase(probe: DatabaseProbe, place: string): Finding[] {
  return [checkVersion(probe, place), ...checkSchema(probe), checkClock(probe)];
}

function checkVersion(probe: DatabaseProbe, place: string): Finding {
  const found = `PostgreSQL ${probe.version} at ${place}`;
  if (tooOld(probe) === null) return { check, status: 'ok', found };
  return { check, status: 'fail', found, mend: `upgrade the server to PostgreSQL ${OLDEST_POSTGRES} or newer` };
}

function checkSchema({ pendingMigrations, missingPartitions }: DatabaseProbe): Finding[] {
  if (pendingMigrations.length > 0) {
    const found = `not migrated yet: ${pendingMigrations.join(', ')}`;
    return [{ check, status: 'fail', found, mend: 'outbell migrate' }];
  }
  if (missingPartitions && missingPartitions.length > 0) {
    const found = `no partition for messages of ${missingPartitions.join(', ')}`;
    const mend = 'outbell migrate makes them now; a running worker makes them ahead: see that one runs';
    return [{ check, status: 'fail', found, mend }];
  }
  return [{ check, status: 'ok', found: 'the schema is of this release, with partitions for this month and the next' }];
}

/** Schedules and leases compare times of several machines. */
function checkClock({ clockSkewMs }: DatabaseProbe): Finding {
  const off = Math.abs(clockSkewMs);
  const found = `this machine’s clock is ${off} ms ${clockSkewMs > 0 ? 'behind' : 'ahead of'} the database’s`;
  if (off <= NOTICED_SKEW_MS) return { check: 'clock', status: 'ok', found };
  const status = off > HARMFUL_SKEW_MS ? 'fail' : 'warn';
  return { check: 'clock', status, found, mend: 'synchronize both machines’ clocks by NTP (timedatectl set-ntp true)' };
}
