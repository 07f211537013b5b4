import { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import { CommandRunner, SubCommand } from 'nest-commander';
import { Installation } from '../installation.js';
import { printable } from '../printable.js';
import { Terminal } from '../terminal.js';

@SubCommand({ name: 'list', description: 'all tenants, by name' })
export class TenantListCommand extends CommandRunner {
  constructor(
    private readonly installation: Installation,
    private readonly terminal: Terminal,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const tenants = await (await this.installation.get(TenantRepository)).list();
    this.terminal.answer(
      { data: tenants.map(({ id, name, createdAt }) => ({ id, name, created_at: createdAt })) },
      tenants.map(({ id, name }) => `${id}  ${printable(name)}`).join('\n') ||
        'there is no tenant yet; make one: outbell tenant create <name>',
    );
  }
}
