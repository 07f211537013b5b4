import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { KeyCreateCommand } from './key-create.command.js';
import { KeyListCommand } from './key-list.command.js';
import { KeyRevokeCommand } from './key-revoke.command.js';

@Command({
  name: 'key',
  description: 'API keys: with which a tenant’s programs call the API',
  subCommands: [KeyCreateCommand, KeyListCommand, KeyRevokeCommand],
})
export class KeyCommand extends CommandGroup {}
