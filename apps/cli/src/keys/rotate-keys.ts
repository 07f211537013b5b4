import type {
  Rewrapped,
  SealedRow,
  SealedRowRepository,
  SealedTable,
} from '@outbell/persistence/repositories/sealed-row.repository.js';
import type { Vault } from '@outbell/shared/crypto/vault.js';

const PAGE = 500;

/** A row whose data key could not be unwrapped: it stays as it is. */
export interface Stuck {
  row: SealedRow;
  reason: string;
}

export interface Rotation {
  rewrapped: number;
  stuck: Stuck[];
}

/**
 * Brings every row of a table under the active key, a page at a time. Every page is one statement that leaves each row
 * either as it was or complete, so that readers who have both keys never fail, and a rotation that died is taken up by
 * starting it again.
 */
export async function rotateKeys(
  vault: Vault,
  sealed: SealedRowRepository,
  table: SealedTable,
  page = PAGE,
): Promise<Rotation> {
  let rewrapped = 0;
  for (;;) {
    const pass = await rotateOnce(vault, sealed, table, page);
    rewrapped += pass.rewrapped;
    // Rows changed under our hands may be under the old key again, by a process that does not have the new one first
    // yet.
    if (pass.missed === 0) return { rewrapped, stuck: pass.stuck };
  }
}

async function rotateOnce(vault: Vault, sealed: SealedRowRepository, table: SealedTable, limit: number) {
  const pass = { rewrapped: 0, missed: 0, stuck: [] as Stuck[] };
  let after: string | null = null;
  for (;;) {
    const page: SealedRow[] = await sealed.pageToRewrap(table, vault.activeKeyId, after, limit);
    const [done, stuck] = rewrapAll(vault, page);
    const stored = done.length > 0 ? await sealed.replaceKeys(table, done) : 0;
    pass.rewrapped += stored;
    pass.missed += done.length - stored;
    pass.stuck.push(...stuck);
    if (page.length < limit) return pass;
    after = page.at(-1)?.id ?? null;
  }
}

function rewrapAll(vault: Vault, page: SealedRow[]): [Rewrapped[], Stuck[]] {
  const done: Rewrapped[] = [];
  const stuck: Stuck[] = [];
  for (const row of page) {
    const { id, tenantId, sealedKey: formerSealedKey } = row;
    try {
      const { keyId, sealedKey } = vault.rewrap({ tenantId, rowId: id }, row);
      done.push({ id, keyId, sealedKey, formerSealedKey });
    } catch (error) {
      stuck.push({ row, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return [done, stuck];
}
