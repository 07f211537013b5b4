import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { KeysRotateCommand } from './keys-rotate.command.js';

@Command({
  name: 'keys',
  description: 'key-encryption keys (KEY_ENCRYPTION_KEYS): under which stored credentials are sealed',
  subCommands: [KeysRotateCommand],
})
export class KeysCommand extends CommandGroup {}
