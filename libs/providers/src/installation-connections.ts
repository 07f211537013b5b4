import { Injectable } from '@nestjs/common';
import { Config } from '@outbell/shared/config/config.schema.js';
import { ConfigError } from '@outbell/shared/config/load-config.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { idOfName } from '@outbell/shared/uuid.js';
import { createHash } from 'node:crypto';
import { installationCredentials } from './installation-credentials.js';
import type { ProviderType } from './provider.js';
import { ProviderRegistry } from './registry.js';

/** A connection that the installation's settings make. Tenants without one of their own share it. */
export interface InstallationConnection {
  /** Made of the provider's name: the same in every process, and after every start. */
  id: string;
  /** Made of the credentials: another one for others. */
  version: number;
  type: ProviderType;
  credentials: object;
}

/** The connections of the installation itself; none unless INSTALLATION_CONNECTIONS allows them. */
@Injectable()
export class InstallationConnections {
  private readonly all: readonly InstallationConnection[];

  /** @throws {ConfigError} where a setting makes no connection */
  constructor({ values }: Config, providers: ProviderRegistry) {
    this.all = values.INSTALLATION_CONNECTIONS ? made(values, providers) : [];
  }

  /** Every one, by channel in the order in which they are tried. */
  list(): readonly InstallationConnection[] {
    return this.all;
  }

  /** In the order in which they are tried. */
  connectionsOf(channel: Channel): InstallationConnection[] {
    return this.all.filter(({ type }) => type.channel === channel);
  }

  /** Finds the one of that id, for what its vendor calls back. */
  find(id: string): InstallationConnection | undefined {
    return this.all.find((connection) => connection.id === id);
  }
}

/** @throws {ConfigError} for settings that are not all there, or such as the provider refuses */
function made(settings: Config['values'], providers: ProviderRegistry): InstallationConnection[] {
  const read = providers.all.map((type) => ({ type, ...installationCredentials(type, settings) }));
  const problems = read.flatMap((each) => each.problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return read.flatMap(({ type, credentials }) => {
    if (!credentials) return [];
    const id = idOfName(`installation connection ${type.providerName}`);
    return [{ id, version: versionOf(credentials), type, credentials }];
  });
}

/** A positive number of PostgreSQL's int. */
function versionOf(credentials: object): number {
  return createHash('sha256').update(JSON.stringify(credentials)).digest().readUInt32BE() >>> 1;
}
