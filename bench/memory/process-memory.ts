import { readFileSync } from 'node:fs';

const KB_PER_MB = 1_024;

/** Resident memory of a process in MB (VmRSS): all it touches, shared or not. NaN where there is no /proc. */
export function residentMb(pid: number): number {
  return field(`/proc/${pid}/status`, 'VmRSS') / KB_PER_MB;
}

/**
 * Memory of programs with all their processes in MB, each page counted once: what a process has for itself, its share
 * of what PostgreSQL's processes share (Pss), and the program's own file once for each of `programs`, however many run
 * it. NaN where there is no /proc. A process that has ended meanwhile weighs nothing: PostgreSQL's autovacuum comes and
 * goes.
 *
 * @param programs pids of processes that run the same program, with those of their children
 */
export function togetherMb(programs: number[][]): number {
  const sizes = programs.map((pids) => {
    const children = pids
      .flatMap(childrenOf)
      .map(weighed)
      .filter((child) => !Number.isNaN(child.own + child.file));
    const processes = [...pids.map(weighed), ...children];
    return Math.max(...processes.map(({ file }) => file)) + sum(processes.map(({ own }) => own));
  });
  return sum(sizes) / KB_PER_MB;
}

/** What a process has for itself with its share of what is shared, and how much of files it has mapped. In kB. */
function weighed(pid: number): { own: number; file: number } {
  const rollup = `/proc/${pid}/smaps_rollup`;
  return {
    own: field(rollup, 'Pss_Anon') + field(rollup, 'Pss_Shmem'),
    file: field(`/proc/${pid}/status`, 'RssFile'),
  };
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').map(Number).filter(Boolean);
}

function sum(sizes: number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

/** In kB. */
function field(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(read(file))?.[1]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
