import { SealedConnectionRepository } from '@outbell/persistence/repositories/sealed-connection.repository.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { Command, CommandRunner } from 'nest-commander';
import { Installation } from '../installation.js';
import { Terminal } from '../terminal.js';
import { checkConfiguration, checkLoading } from './check-configuration.js';
import { checkDatabase } from './check-database.js';
import { checkQueue } from './check-queue.js';
import { CredentialsCheck } from './credentials-check.js';
import { type Finding, findingText } from './finding.js';

/** Nobody who waits for the doctor waits longer for one vendor, in ms. */
const VENDOR_TIMEOUT_MS = 10_000;

@Command({
  name: 'doctor',
  description: 'check settings, database, queue and credentials; say what is wrong and how to mend it',
})
export class DoctorCommand extends CommandRunner {
  constructor(
    private readonly installation: Installation,
    private readonly terminal: Terminal,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const findings = await this.examine();
    const failed = findings.some(({ status }) => status === 'fail');
    if (failed) this.terminal.exitCode = 1;
    this.terminal.answer({ ok: !failed, findings }, findings.map(findingText).join('\n'));
  }

  private async examine(): Promise<Finding[]> {
    const { config, findings } = checkLoading(() => this.installation.config());
    if (!config) return findings;
    const { DATABASE_URL, QUEUE_URL } = config.values;
    const [database, queue] = await Promise.all([checkDatabase(DATABASE_URL), checkQueue(QUEUE_URL)]);
    const usable = !database.some(({ check, status }) => check === 'database' && status === 'fail');
    const credentials = usable ? await this.checkCredentials(config) : [UNCHECKED];
    return [...checkConfiguration(config), ...database, ...queue, ...credentials];
  }

  private async checkCredentials(config: Config): Promise<Finding[]> {
    const { OUTBOUND_ALLOW, SEND_TIMEOUT_MS } = config.values;
    return new CredentialsCheck(
      await this.installation.get(Vault),
      await this.installation.get(SealedConnectionRepository),
      { outboundAllow: OUTBOUND_ALLOW, sendTimeoutMs: Math.min(SEND_TIMEOUT_MS, VENDOR_TIMEOUT_MS) },
    ).run();
  }
}

const UNCHECKED: Finding = {
  check: 'credentials',
  status: 'warn',
  found: 'not checked, as they lie in the database',
  mend: 'mend the database first',
};
