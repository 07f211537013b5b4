import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { checkRates } from '@outbell/planning/rate-limits.js';
import { type KeyMode, newApiKey } from '@outbell/shared/api-key.js';
import { Clock } from '@outbell/shared/clock.js';
import { type Scope, SCOPES } from '@outbell/shared/constants/scopes.js';
import { InputError } from '@outbell/shared/errors.js';
import { parseInstant } from '@outbell/shared/instant.js';
import { Option, SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { printable } from '../printable.js';
import { requireName } from '../require-name.js';
import { requireTenant } from '../require-tenant.js';

interface Options {
  tenant: string;
  name: string;
  scopes: Scope[];
  mode: KeyMode;
  expires?: Date;
  rateLimit?: string;
}

@SubCommand({ name: 'create', description: 'make an API key; it is shown this once and cannot be read again' })
export class KeyCreateCommand extends InstallationCommand {
  override async run(_: string[], options: Options): Promise<void> {
    const now = (await this.installation.get(Clock)).now();
    if (options.expires && options.expires <= now) throw InputError.forField('--expires', 'must lie in the future');
    const tenant = await requireTenant(this.installation, options.tenant);
    const { key, prefix, secretHash } = newApiKey(options.mode);
    const { name, mode, scopes } = options;
    const keys = await this.installation.get(ApiKeyRepository);
    const own = { rateLimit: options.rateLimit ?? '', expiresAt: options.expires ?? null };
    const row = { name, mode, prefix, secretHash, scopes, ...own, createdAt: now };
    const { id, expiresAt } = await keys.create(tenant.id, row);
    this.terminal.answer(
      { id, tenant_id: tenant.id, name, mode, prefix, key, scopes, expires_at: expiresAt, created_at: now },
      `${key}\nThis is the ${mode} key "${name}" of tenant ${printable(tenant.name)}. Keep it safe: it is ` +
        'not shown again.',
    );
  }

  @Option({ flags: '--tenant <name or id>', description: 'whose key it is', required: true })
  parseTenant(text: string): string {
    return text;
  }

  @Option({ flags: '--name <name>', description: 'what it is for, for those who list keys', required: true })
  parseName(text: string): string {
    return requireName(text);
  }

  @Option({
    flags: '--scopes <list>',
    description: `what it may do: "all", or comma separated of ${SCOPES.join(', ')}`,
    required: true,
  })
  parseScopes(text: string): Scope[] {
    if (text === 'all') return [...SCOPES];
    const given = text.split(',').map((scope) => scope.trim());
    const unknown = given.filter((scope) => !SCOPES.some((known) => known === scope));
    if (unknown.length > 0)
      throw InputError.forField('--scopes', `${unknown.join(', ')} is none of all, ${SCOPES.join(', ')}`);
    return SCOPES.filter((scope) => given.includes(scope));
  }

  @Option({
    flags: '--mode <mode>',
    description: 'live sends; test accepts and renders, but nothing leaves',
    required: true,
  })
  parseMode(text: string): KeyMode {
    if (text !== 'live' && text !== 'test') throw InputError.forField('--mode', 'must be live or test');
    return text;
  }

  @Option({ flags: '--rate-limit <rates>', description: 'requests it may make, as 600/min; default: API_RATE_LIMIT' })
  parseRateLimit(text: string): string {
    return checkRates(text, '--rate-limit');
  }

  @Option({
    flags: '--expires <time>',
    description:
      'until when it is good, as 2027-01-31T12:00:00Z; a day alone is its beginning, UTC: 2027-01-31 is ' +
      '2027-01-31T00:00:00Z',
  })
  parseExpires(text: string): Date {
    const time = parseInstant(/^[\d-]{10}$/.test(text) ? `${text}T00:00:00Z` : text);
    if (!time) throw InputError.forField('--expires', 'must be a time such as 2027-01-31 or 2027-01-31T12:00:00Z');
    return time;
  }
}
