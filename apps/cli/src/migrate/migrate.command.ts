import { migrate } from '@outbell/persistence/migrate.js';
import { Command } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';

@Command({ name: 'migrate', description: 'bring the database to the schema of this release' })
export class MigrateCommand extends InstallationCommand {
  override async run(): Promise<void> {
    const applied = await migrate(await this.installation.databaseUrl());
    const text = applied.length > 0 ? `applied: ${applied.join(', ')}` : 'the database is up to date';
    this.terminal.answer({ applied }, text);
  }
}
