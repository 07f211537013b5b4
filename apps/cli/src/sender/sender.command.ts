import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { SenderGrantCommand } from './sender-grant.command.js';
import { SenderListCommand } from './sender-list.command.js';
import { SenderRevokeCommand } from './sender-revoke.command.js';
import { SenderVerifyCommand } from './sender-verify.command.js';

@Command({
  name: 'sender',
  description: 'senders: which of a tenant’s addresses, numbers and names may go by the installation’s connections',
  subCommands: [SenderGrantCommand, SenderVerifyCommand, SenderRevokeCommand, SenderListCommand],
})
export class SenderCommand extends CommandGroup {}
