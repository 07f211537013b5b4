import { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import { SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { printable } from '../printable.js';

@SubCommand({ name: 'list', description: 'all tenants, by name' })
export class TenantListCommand extends InstallationCommand {
  override async run(): Promise<void> {
    const tenants = await (await this.installation.get(TenantRepository)).list();
    this.terminal.answer(
      { data: tenants.map(({ id, name, createdAt }) => ({ id, name, created_at: createdAt })) },
      tenants.map(({ id, name }) => `${id}  ${printable(name)}`).join('\n') ||
        'there is no tenant yet; make one: outbell tenant create <name>',
    );
  }
}
