import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { Option, SubCommand } from 'nest-commander';
import { allPages } from '../all-pages.js';
import { InstallationCommand } from '../installation-command.js';
import { printable } from '../printable.js';
import { requireTenant } from '../require-tenant.js';

@SubCommand({ name: 'list', description: 'a tenant’s API keys, newest first, without their secrets' })
export class KeyListCommand extends InstallationCommand {
  override async run(_: string[], options: { tenant: string }): Promise<void> {
    const tenant = await requireTenant(this.installation, options.tenant);
    const now = (await this.installation.get(Clock)).now();
    const repository = await this.installation.get(ApiKeyRepository);
    const rows = await allPages((limit, after) => repository.list(tenant.id, {}, limit, after));
    const keys = rows.map((key) => ({
      id: key.id,
      prefix: key.prefix,
      name: key.name,
      mode: key.mode,
      status: key.revokedAt ? 'revoked' : key.expiresAt && key.expiresAt <= now ? 'expired' : 'active',
      scopes: key.scopes,
      expires_at: key.expiresAt,
      revoked_at: key.revokedAt,
      last_used_at: key.lastUsedAt,
      created_by: key.createdBy,
      created_at: key.createdAt,
    }));
    this.terminal.answer(
      { data: keys },
      keys
        .map((key) => `${key.prefix}  ${key.status.padEnd(7)}  ${printable(key.name)}  (${key.scopes.join(' ')})`)
        .join('\n') || `tenant ${printable(tenant.name)} has no key yet`,
    );
  }

  @Option({ flags: '--tenant <name or id>', description: 'whose keys', required: true })
  parseTenant(text: string): string {
    return text;
  }
}
