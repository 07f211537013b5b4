import { cpus, totalmem } from 'node:os';
import type { Servers } from '../harness/servers.js';

/** What the figures were measured on. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  node: string;
  postgres: string;
  redis: string;
}

/** Looks at this machine and asks the servers for their versions. */
export async function lookAtMachine(servers: Servers): Promise<Machine> {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    ...(await servers.versions()),
  };
}
