import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB (VmRSS): all it touches, shared or not. NaN where there is no /proc. */
export function residentMb(pid: number): number {
  return kilobytes(`/proc/${pid}/status`, 'VmRSS') / 1_024;
}

/**
 * Memory of a process and its children in MB, each shared page divided among those who share it (Pss): PostgreSQL's backends all have
 * the same buffers. NaN where there is no /proc.
 */
export function proportionalMb(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').map(Number).filter(Boolean);
  const sizes = [pid, ...children].map((process) => kilobytes(`/proc/${process}/smaps_rollup`, 'Pss'));
  return sizes.reduce((sum, size) => sum + size, 0) / 1_024;
}

function kilobytes(file: string, name: string): number {
  try {
    const [, value] = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'latin1')) ?? [];
    return Number(value);
  } catch {
    return Number.NaN;
  }
}
