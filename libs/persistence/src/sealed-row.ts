import type { SealedRecord } from '@outbell/shared/crypto/vault.js';

/** A sealed row as the holder of the keys sees it: whose it is, and what to call it. Its id is what it was sealed for. */
export interface SealedRow extends SealedRecord {
  id: string;
  tenantId: string;
  tenantName: string;
  name: string;
}

/** A row's data key, wrapped by another key-encryption key than before. */
export interface Rewrapped {
  id: string;
  keyId: string;
  sealedKey: Buffer;
  /** the wrapped key this one was made from: where the row holds another by now, it is left as it is */
  formerSealedKey: Buffer;
}
