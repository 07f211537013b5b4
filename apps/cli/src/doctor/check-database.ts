import { type DatabaseProbe, probeDatabase } from '@outbell/persistence/database-probe.js';
import { OLDEST_POSTGRES, tooOld } from '@outbell/persistence/schema-state.js';
import { errorLine } from '../error-line.js';
import { failure, type Finding, ok, warning } from './finding.js';
import { placeOf } from './place-of.js';

const NOTICED_SKEW_MS = 2_000;
const HARMFUL_SKEW_MS = 60_000;

/** Tells whether all data can be written and found: the server, the schema, the coming partitions and the clocks. */
export async function checkDatabase(url: string): Promise<Finding[]> {
  try {
    return judgeDatabase(await probeDatabase(url, () => new Date()), placeOf(url));
  } catch (error) {
    const mend = 'start PostgreSQL, or correct DATABASE_URL (host, port, database, user, password)';
    return [failure('database', `${placeOf(url)} does not answer: ${errorLine(error)}`, mend)];
  }
}

export function judgeDatabase(probe: DatabaseProbe, place: string): Finding[] {
  return [checkVersion(probe, place), ...checkSchema(probe), checkClock(probe)];
}

function checkVersion(probe: DatabaseProbe, place: string): Finding {
  const found = `PostgreSQL ${probe.version} at ${place}`;
  if (tooOld(probe) === null) return ok('database', found);
  return failure('database', found, `upgrade the server to PostgreSQL ${OLDEST_POSTGRES} or newer`);
}

function checkSchema({ pendingMigrations, missingPartitions }: DatabaseProbe): Finding[] {
  if (pendingMigrations.length > 0) {
    return [failure('database', `not migrated yet: ${pendingMigrations.join(', ')}`, 'outbell migrate')];
  }
  if (missingPartitions && missingPartitions.length > 0) {
    const found = `no partition for messages of ${missingPartitions.join(', ')}`;
    const mend = 'outbell migrate makes them now; a running worker makes them ahead: see that one runs';
    return [failure('database', found, mend)];
  }
  return [ok('database', 'the schema is of this release, with partitions for this month and the next')];
}

/** Schedules and leases compare times of several machines. */
function checkClock({ clockSkewMs }: DatabaseProbe): Finding {
  const off = Math.abs(clockSkewMs);
  const found = `this machine’s clock is ${off} ms ${clockSkewMs > 0 ? 'behind' : 'ahead of'} the database’s`;
  if (off <= NOTICED_SKEW_MS) return ok('clock', found);
  const mend = 'synchronize both machines’ clocks by NTP (timedatectl set-ntp true)';
  return off > HARMFUL_SKEW_MS ? failure('clock', found, mend) : warning('clock', found, mend);
}
