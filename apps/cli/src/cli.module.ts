import { type DynamicModule, Module } from '@nestjs/common';
import { CommandLine } from './command-line.js';
import { DoctorCommand } from './doctor/doctor.command.js';
import { Installation } from './installation.js';
import { KeyCreateCommand } from './key/key-create.command.js';
import { KeyListCommand } from './key/key-list.command.js';
import { KeyRevokeCommand } from './key/key-revoke.command.js';
import { KeyCommand } from './key/key.command.js';
import { KeysRotateCommand } from './keys/keys-rotate.command.js';
import { KeysCommand } from './keys/keys.command.js';
import { MigrateCommand } from './migrate/migrate.command.js';
import { OptOutListCommand } from './opt-out/opt-out-list.command.js';
import { OptOutRetryCommand } from './opt-out/opt-out-retry.command.js';
import { OptOutCommand } from './opt-out/opt-out.command.js';
import { SenderGrantCommand } from './sender/sender-grant.command.js';
import { SenderListCommand } from './sender/sender-list.command.js';
import { SenderRevokeCommand } from './sender/sender-revoke.command.js';
import { SenderVerifyCommand } from './sender/sender-verify.command.js';
import { SenderCommand } from './sender/sender.command.js';
import { Surroundings } from './surroundings.js';
import { TenantCreateCommand } from './tenant/tenant-create.command.js';
import { TenantListCommand } from './tenant/tenant-list.command.js';
import { TenantCommand } from './tenant/tenant.command.js';
import { Terminal } from './terminal.js';

const COMMANDS = [
  MigrateCommand,
  DoctorCommand,
  TenantCommand,
  TenantCreateCommand,
  TenantListCommand,
  KeyCommand,
  KeyCreateCommand,
  KeyListCommand,
  KeyRevokeCommand,
  KeysCommand,
  KeysRotateCommand,
  OptOutCommand,
  OptOutListCommand,
  OptOutRetryCommand,
  SenderCommand,
  SenderGrantCommand,
  SenderListCommand,
  SenderRevokeCommand,
  SenderVerifyCommand,
];

/** `outbell`: every command of an operator. */
@Module({})
export class CliModule {
  static in(surroundings: Surroundings): DynamicModule {
    return {
      module: CliModule,
      providers: [{ provide: Surroundings, useValue: surroundings }, Terminal, CommandLine, Installation, ...COMMANDS],
    };
  }
}
