import type { Type } from '@nestjs/common';
import { Command, CommandRunner } from 'nest-commander';
import { KeyCreateCommand } from './key/key-create.command.js';
import { KeyListCommand } from './key/key-list.command.js';
import { KeyRevokeCommand } from './key/key-revoke.command.js';
import { KeysRotateCommand } from './keys/keys-rotate.command.js';
import { OptOutListCommand } from './opt-out/opt-out-list.command.js';
import { OptOutRetryCommand } from './opt-out/opt-out-retry.command.js';
import { SenderGrantCommand } from './sender/sender-grant.command.js';
import { SenderListCommand } from './sender/sender-list.command.js';
import { SenderRevokeCommand } from './sender/sender-revoke.command.js';
import { SenderVerifyCommand } from './sender/sender-verify.command.js';
import { TenantCreateCommand } from './tenant/tenant-create.command.js';
import { TenantListCommand } from './tenant/tenant-list.command.js';

/** Commands that only have others below them. */
export const COMMAND_GROUPS = [
  group('tenant', 'tenants: the customers of this installation', [TenantCreateCommand, TenantListCommand]),
  group('key', 'API keys: with which a tenant’s programs call the API', [
    KeyCreateCommand,
    KeyListCommand,
    KeyRevokeCommand,
  ]),
  group('keys', 'key-encryption keys (KEY_ENCRYPTION_KEYS): under which stored credentials are sealed', [
    KeysRotateCommand,
  ]),
  group('opt-out', 'opt-outs of which nobody knows whose they are', [OptOutListCommand, OptOutRetryCommand]),
  group(
    'sender',
    'senders: which of a tenant’s addresses, numbers and names may go by the installation’s connections',
    [SenderGrantCommand, SenderVerifyCommand, SenderRevokeCommand, SenderListCommand],
  ),
];

/** Makes a command that alone shows its help, and fails. */
function group(name: string, description: string, subCommands: Type<CommandRunner>[]) {
  @Command({ name, description, subCommands })
  class CommandGroup extends CommandRunner {
    override async run(): Promise<void> {
      this.command.help({ error: true });
    }
  }
  return CommandGroup;
}
