import { type DynamicModule, Module } from '@nestjs/common';
import { COMMAND_GROUPS } from './command-groups.js';
import { CommandLine } from './command-line.js';
import { DoctorCommand } from './doctor/doctor.command.js';
import { Installation } from './installation.js';
import { MigrateCommand } from './migrate/migrate.command.js';
import { Surroundings } from './surroundings.js';
import { Terminal } from './terminal.js';

const COMMANDS = [MigrateCommand, DoctorCommand, ...COMMAND_GROUPS];

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
