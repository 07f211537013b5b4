import { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { requireName } from '../require-name.js';

@SubCommand({
  name: 'create',
  arguments: '<name>',
  argsDescription: { name: 'how it is called; no two have the same' },
  description: 'make a tenant',
})
export class TenantCreateCommand extends InstallationCommand {
  override async run([given = '']: string[]): Promise<void> {
    const name = requireName(given);
    const clock = await this.installation.get(Clock);
    const { id, createdAt } = await (await this.installation.get(TenantRepository)).create(name, clock.now());
    this.terminal.answer({ id, name, created_at: createdAt }, `tenant ${name} is made: ${id}`);
  }
}
