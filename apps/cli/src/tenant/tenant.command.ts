import { Command, CommandRunner } from 'nest-commander';
import { TenantCreateCommand } from './tenant-create.command.js';
import { TenantListCommand } from './tenant-list.command.js';

@Command({
  name: 'tenant',
  description: 'tenants: the customers of this installation',
  subCommands: [TenantCreateCommand, TenantListCommand],
})
export class TenantCommand extends CommandRunner {
  override async run(): Promise<void> {
    this.command.help({ error: true });
  }
}
