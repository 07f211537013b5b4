import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { parseApiKey } from '@outbell/shared/api-key.js';
import { Clock } from '@outbell/shared/clock.js';
import { InputError } from '@outbell/shared/errors.js';
import { Option, SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { printable } from '../printable.js';

@SubCommand({
  name: 'revoke',
  arguments: '<prefix>',
  argsDescription: { prefix: 'its public part, ob_live_… or ob_test_… (outbell key list)' },
  description: 'end an API key at once; <prefix> is its public part, ob_live_…',
})
export class KeyRevokeCommand extends InstallationCommand {
  override async run([given = '']: string[], { descendants = false }: { descendants?: boolean }): Promise<void> {
    // A whole key does too, but its secret half must not come back in an answer.
    const prefix = parseApiKey(given)?.prefix ?? given;
    const keys = await this.installation.get(ApiKeyRepository);
    const now = (await this.installation.get(Clock)).now();
    const key = await keys.findByPrefix(prefix);
    if (!key) throw InputError.forField('prefix', `no key begins with "${prefix}" (see: outbell key list)`);
    await keys.revoke(key.tenantId, key.id, now);
    const revoked = descendants ? await keys.revokeDescendants(key.tenantId, key.id, now) : [];
    const live = await keys.countLiveDescendants(key.tenantId, key.id, now);
    const revokedAt = key.revokedAt ?? now;
    this.terminal.answer(
      { id: key.id, prefix, revoked_at: revokedAt, revoked_descendants: revoked, live_descendants: live },
      [
        `key ${prefix} (${printable(key.name)}) is revoked since ${revokedAt.toISOString()}`,
        ...(revoked.length > 0 ? [`and what it made: ${revoked.join(' ')}`] : []),
        ...(live > 0 ? [`${live} key(s) made by it go on; --descendants revokes them too`] : []),
      ].join('\n'),
    );
  }

  @Option({ flags: '--descendants', description: 'the keys too that it made, and those that they made' })
  parseDescendants(): boolean {
    return true;
  }
}
