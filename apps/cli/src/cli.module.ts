import { type DynamicModule, Module } from '@nestjs/common';
import { CommandLine } from './command-line.js';
import { DoctorCommand } from './doctor/doctor.command.js';
import { Installation } from './installation.js';
import { KeyCommand } from './key/key.command.js';
import { KeysCommand } from './keys/keys.command.js';
import { MigrateCommand } from './migrate/migrate.command.js';
import { OptOutCommand } from './opt-out/opt-out.command.js';
import { SenderCommand } from './sender/sender.command.js';
import { Surroundings } from './surroundings.js';
import { TenantCommand } from './tenant/tenant.command.js';
import { Terminal } from './terminal.js';

const COMMANDS = [MigrateCommand, DoctorCommand, TenantCommand, KeyCommand, KeysCommand, OptOutCommand, SenderCommand];

/** `outbell`: every command of an operator. */
@Module({})
export class CliModule {
  static in(surroundings: Surroundings): DynamicModule {
    return {
      module: CliModule,
      providers: [
        { provide: Surroundings, useValue: surroundings },
        Terminal,
        CommandLine,
        Installation,
        ...COMMANDS.flatMap((command) => command.registerWithSubCommands()),
      ],
    };
  }
}
