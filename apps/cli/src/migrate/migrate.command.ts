import { migrate } from '@outbell/persistence/migrate.js';
import { Command, CommandRunner } from 'nest-commander';
import { Installation } from '../installation.js';
import { Terminal } from '../terminal.js';

@Command({ name: 'migrate', description: 'bring the database to the schema of this release' })
export class MigrateCommand extends CommandRunner {
  constructor(
    private readonly installation: Installation,
    private readonly terminal: Terminal,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const applied = await migrate(await this.installation.databaseUrl());
    const text = applied.length > 0 ? `applied: ${applied.join(', ')}` : 'the database is up to date';
    this.terminal.answer({ applied }, text);
  }
}
