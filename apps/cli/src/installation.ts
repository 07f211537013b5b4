import { Injectable, type INestApplicationContext, Module, type OnModuleDestroy, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pingDatabase } from '@outbell/persistence/database-probe.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { loadConfig } from '@outbell/shared/config/load-config.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { errorLine } from './error-line.js';
import { Surroundings } from './surroundings.js';

@Module({})
class InstallationModule {}

/**
 * The installation a command works on, opened at first use and not at boot: `--help`, `migrate` and `doctor` have to
 * work where settings are wrong or the database is away.
 */
@Injectable()
export class Installation implements OnModuleDestroy {
  private opened: Promise<INestApplicationContext> | undefined;

  constructor(private readonly surroundings: Surroundings) {}

  /** @throws {ConfigError} that lists every wrong setting */
  config(): Config {
    return loadConfig(this.surroundings.environment);
  }

  /**
   * The URL of the database, which has just answered.
   *
   * @throws {ConfigError}; an Error that says, within seconds, why the database does not answer
   */
  async databaseUrl(): Promise<string> {
    const { DATABASE_URL } = this.config().values;
    try {
      await pingDatabase(DATABASE_URL);
    } catch (error) {
      throw new Error(`the database does not answer: ${errorLine(error)} (see: outbell doctor)`, { cause: error });
    }
    return DATABASE_URL;
  }

  /** Finds a repository, the vault or the clock. @throws as `databaseUrl` does */
  async get<T>(type: Type<T> | (abstract new () => T)): Promise<T> {
    this.opened ??= this.open();
    return (await this.opened).get<T>(type, { strict: false });
  }

  async onModuleDestroy(): Promise<void> {
    await (await this.opened?.catch(() => undefined))?.close();
  }

  private async open(): Promise<INestApplicationContext> {
    // The module would try again and again for half a minute before it gives up.
    await this.databaseUrl();
    const imports = [ConfigModule.forRoot(this.config()), PersistenceModule, CryptoModule];
    return NestFactory.createApplicationContext(
      { module: InstallationModule, imports },
      { logger: false, abortOnError: false },
    );
  }
}
