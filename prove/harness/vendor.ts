import type { FaultInput } from '../../apps/sandbox/src/faults/fault.schema.js';
import type { BuiltApp } from '../../test/support/built-app.js';

/** So long a healthy vendor takes for a message, in ms: long enough for faults to find messages at it. */
const PACE_MS = 15;

/** The sandbox in the vendor's place. */
export class Vendor {
  constructor(
    readonly sandbox: BuiltApp,
    /** Where the apps reach it: a way on which something may happen too. */
    readonly port: number,
  ) {}

  /** From now on it does this to the calls it is asked for, beside being as slow as ever. */
  async misbehave(...faults: FaultInput[]): Promise<void> {
    const answer = await fetch(`${this.sandbox.url}/api/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ action: { type: 'slow', ms: PACE_MS } }, ...faults]),
    });
    if (!answer.ok) throw new Error(`the sandbox refuses these faults: ${await answer.text()}`);
  }

  behave(): Promise<void> {
    return this.misbehave();
  }

  /** How many calls its faults have struck, slowness apart. */
  async struck(): Promise<number> {
    const answer = await fetch(`${this.sandbox.url}/api/faults`);
    const { data } = (await answer.json()) as { data: { fired: number; action: { type: string } }[] };
    return data.slice(1).reduce((sum, { fired }) => sum + fired, 0);
  }
}
