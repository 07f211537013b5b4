import { readFileSync } from 'node:fs';

/** A process, or a server of many, whose CPU time is measured. */
export interface Watched {
  /** `worker`, `postgres`: subjects may share a label, each round tells them apart. */
  label: string;
  pid: number;
}

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds (user and system) of a process, of its children, and of those that have ended. NaN where there is no
 * /proc: the figures then have no CPU column.
 */
export function cpuSeconds(pid: number): number {
  const own = statOf(pid);
  if (!own) return Number.NaN;
  const children = childrenOf(pid).map((child) => statOf(child) ?? NOTHING);
  return [own, ...children].reduce((sum, { running, ended }) => sum + running + ended, 0) / TICKS_PER_SECOND;
}

interface Ticks {
  running: number;
  /** Of children that were waited for. */
  ended: number;
}

const NOTHING: Ticks = { running: 0, ended: 0 };

function statOf(pid: number): Ticks | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold spaces; utime, stime, cutime and cstime are fields 14 to 17.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
  return { running: utime + stime, ended: cutime + cstime };
}

/** Direct ones only: PostgreSQL's backends are children of its postmaster. */
function childrenOf(pid: number): number[] {
  const list = read(`/proc/${pid}/task/${pid}/children`) ?? '';
  return list.split(' ').map(Number).filter(Boolean);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
