import { OutboxRepository } from '@outbell/persistence/engine/outbox/outbox.repository.js';
import { SubscriberRegistry } from '@outbell/persistence/engine/outbox/subscriber-registry.js';
import { NoticeRepository } from '@outbell/persistence/repositories/notice.repository.js';
import { SealedRowRepository } from '@outbell/persistence/repositories/sealed-row.repository.js';
import { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import type { ProviderOptions } from '@outbell/providers/provider.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import type { Installation } from '../installation.js';
import { checkConfiguration, checkLoading } from './check-configuration.js';
import { checkDatabase } from './check-database.js';
import { checkInstallationConnections } from './check-installation-connections.js';
import { checkOutbox } from './check-outbox.js';
import { checkProxy } from './check-proxy.js';
import { checkQueue } from './check-queue.js';
import { CredentialsCheck } from './credentials-check.js';
import { type Finding, warning } from './finding.js';

/** Nobody who waits for the doctor waits longer for one vendor, in ms. */
const VENDOR_TIMEOUT_MS = 10_000;

/** Looks at everything that can be looked at: what is broken hides only what depends on it. Changes nothing. */
export async function examine(installation: Installation): Promise<Finding[]> {
  const { config, findings } = checkLoading(() => installation.config());
  if (!config) return findings;
  const { DATABASE_URL } = config.values;
  const [database, queue] = await Promise.all([checkDatabase(DATABASE_URL), checkQueue(config)]);
  const usable = !database.some(({ check, status }) => check === 'database' && status === 'fail');
  const credentials = usable ? await checkCredentials(installation, config) : [UNCHECKED];
  const own = await checkInstallationConnections(config, providerOptions(config));
  const proxy = usable ? await checkProxy(config, await installation.get(NoticeRepository)) : [];
  const outbox = usable ? await checkSubscribers(installation) : [];
  return [...checkConfiguration(config), ...proxy, ...database, ...queue, ...outbox, ...credentials, ...own];
}

async function checkSubscribers(installation: Installation): Promise<Finding[]> {
  const { names } = await installation.get(SubscriberRegistry);
  return checkOutbox(names, await installation.get(OutboxRepository));
}

async function checkCredentials(installation: Installation, config: Config): Promise<Finding[]> {
  const [vault, connections] = [await installation.get(Vault), await installation.get(SealedRowRepository)];
  const sessions = await installation.get(WhatsAppSessionRepository);
  return new CredentialsCheck(vault, connections, sessions, providerOptions(config)).run();
}

function providerOptions({ values }: Config): ProviderOptions {
  const { OUTBOUND_ALLOW, SEND_TIMEOUT_MS } = values;
  return { outboundAllow: OUTBOUND_ALLOW, sendTimeoutMs: Math.min(SEND_TIMEOUT_MS, VENDOR_TIMEOUT_MS) };
}

const UNCHECKED = warning('credentials', 'not checked, as they lie in the database', 'mend the database first');
