import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { TenantCreateCommand } from './tenant-create.command.js';
import { TenantListCommand } from './tenant-list.command.js';

@Command({
  name: 'tenant',
  description: 'tenants: the customers of this installation',
  subCommands: [TenantCreateCommand, TenantListCommand],
})
export class TenantCommand extends CommandGroup {}
