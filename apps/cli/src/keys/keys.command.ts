import { Command, CommandRunner } from 'nest-commander';
import { KeysRotateCommand } from './keys-rotate.command.js';

@Command({
  name: 'keys',
  description: 'key-encryption keys (KEY_ENCRYPTION_KEYS): under which stored credentials are sealed',
  subCommands: [KeysRotateCommand],
})
export class KeysCommand extends CommandRunner {
  override async run(): Promise<void> {
    this.command.help({ error: true });
  }
}
