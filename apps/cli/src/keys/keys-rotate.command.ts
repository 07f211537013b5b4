import { SealedRowRepository } from '@outbell/persistence/repositories/sealed-row.repository.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { Help, SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { printable } from '../printable.js';
import { rotateKeys } from './rotate-keys.js';

/** Answers of which a page is made: no index has their ids, so that each page costs a look at all of them. */
const ANSWERS_PAGE = 10_000;

@SubCommand({
  name: 'rotate',
  description: 'bring all that is stored sealed under the first key of KEY_ENCRYPTION_KEYS',
})
export class KeysRotateCommand extends InstallationCommand {
  override async run(): Promise<void> {
    const [vault, sealed] = [await this.installation.get(Vault), await this.installation.get(SealedRowRepository)];
    const rotations = [
      await rotateKeys(vault, sealed, 'connection'),
      await rotateKeys(vault, sealed, 'whatsapp_key'),
      await rotateKeys(vault, sealed, 'idempotency', ANSWERS_PAGE),
    ];
    const rewrapped = rotations.reduce((sum, rotation) => sum + rotation.rewrapped, 0);
    const stuck = rotations.flatMap((rotation) => rotation.stuck);
    if (stuck.length > 0) this.terminal.exitCode = 1;
    this.terminal.answer(
      {
        key_id: vault.activeKeyId,
        rewrapped,
        stuck: stuck.map(({ row, reason }) => ({ id: row.id, tenant_id: row.tenantId, reason })),
      },
      [
        `${rewrapped} sealed record(s) were brought under key "${vault.activeKeyId}"`,
        ...stuck.map(({ row, reason }) => `not ${printable(`${row.tenantName}/${row.name}: ${reason}`)}`),
      ].join('\n'),
    );
  }

  @Help('after')
  procedure(): string {
    return `
To change the key without interruption:
  1. put the new key second in KEY_ENCRYPTION_KEYS, restart everything: all processes can read it
  2. put it first, restart everything: what is new is sealed under it
  3. outbell keys rotate: what is old, too
  4. take the old key away. Unsubscribe links that it signed end with it: keep it while mails that hold them are read.`;
  }
}
