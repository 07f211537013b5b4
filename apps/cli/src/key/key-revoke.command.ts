import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { parseApiKey } from '@outbell/shared/api-key.js';
import { Clock } from '@outbell/shared/clock.js';
import { InputError } from '@outbell/shared/errors.js';
import { CommandRunner, SubCommand } from 'nest-commander';
import { Installation } from '../installation.js';
import { Terminal } from '../terminal.js';

@SubCommand({
  name: 'revoke',
  arguments: '<prefix>',
  description: 'end an API key at once; <prefix> is its public part, ob_live_…',
})
export class KeyRevokeCommand extends CommandRunner {
  constructor(
    private readonly installation: Installation,
    private readonly terminal: Terminal,
  ) {
    super();
  }

  override async run([given = '']: string[]): Promise<void> {
    // A whole key does too, but its secret half must not come back in an answer.
    const prefix = parseApiKey(given)?.prefix ?? given;
    const keys = await this.installation.get(ApiKeyRepository);
    const now = (await this.installation.get(Clock)).now();
    const key = await keys.findByPrefix(prefix);
    if (!key) throw InputError.of('prefix', `no key begins with "${prefix}" (see: outbell key list)`);
    await keys.revoke(key.tenantId, key.id, now);
    const revokedAt = key.revokedAt ?? now;
    this.terminal.answer(
      { id: key.id, prefix, revoked_at: revokedAt },
      `key ${prefix} (${key.name}) is revoked since ${revokedAt.toISOString()}`,
    );
  }
}
