import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import type { ProviderOptions } from '@outbell/providers/provider.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { ConfigError } from '@outbell/shared/config/load-config.js';
import { askVendor } from './ask-vendor.js';
import { failure, type Finding, ok } from './finding.js';

/** The connections that the settings make: whether their vendors accept them, and where these call back. */
export async function checkInstallationConnections(config: Config, options: ProviderOptions): Promise<Finding[]> {
  return Promise.all(
    listed(config).map(async ({ id, type, credentials }): Promise<Finding> => {
      const { providerName: name, channel } = type;
      const answer = await askVendor(type, credentials, options);
      if (!answer.ok) {
        const found = `the installation’s ${name} (${channel}) refuses it or cannot be asked: ${answer.reason}`;
        return failure('credentials', found, 'let this machine reach the vendor, or correct its settings');
      }
      const place = `${config.values.PUBLIC_URL.replace(/\/$/, '')}/callbacks/${name}/${id}`;
      const callsBack = type.callbacks?.signed ? `; it calls back ${place}` : '';
      return ok('credentials', `the installation’s ${name} (${channel}) is accepted${callsBack}`);
    }),
  );
}

/** None where settings are wrong: that is told of the configuration. */
function listed(config: Config) {
  try {
    return new InstallationConnections(config, PROVIDERS).list();
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}
