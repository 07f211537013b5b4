import type { SealedConnection, SealedRowRepository } from '@outbell/persistence/repositories/sealed-row.repository.js';
import type { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import type { ProviderOptions, Verification } from '@outbell/providers/provider.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import type { Vault } from '@outbell/shared/crypto/vault.js';
import pLimit from 'p-limit';
import { errorLine } from '../error-line.js';
import { askVendor } from './ask-vendor.js';
import { failure, type Finding, ok, warning } from './finding.js';

const PAGE = 200;
const AT_ONCE = 10;

/**
 * Opens every connection with the keys present, and asks the vendors of the active ones whether they accept what is in
 * it.
 */
export class CredentialsCheck {
  private readonly findings: Finding[] = [];
  private readonly limit = pLimit(AT_ONCE);
  private seen = 0;
  private opened = 0;
  private underOlderKey = 0;

  constructor(
    private readonly vault: Vault,
    private readonly sealed: SealedRowRepository,
    private readonly sessions: WhatsAppSessionRepository,
    private readonly options: ProviderOptions,
  ) {}

  async run(): Promise<Finding[]> {
    let after: string | null = null;
    let page: SealedConnection[];
    do {
      page = await this.sealed.connectionPage(after, PAGE);
      this.seen += page.length;
      await Promise.all(page.map((connection) => this.examine(connection)));
      after = page.at(-1)?.id ?? null;
    } while (page.length === PAGE);
    return [this.summary(), ...this.findings];
  }

  private async examine(connection: SealedConnection): Promise<void> {
    try {
      const credentials = this.vault.open<object>({ tenantId: connection.tenantId, rowId: connection.id }, connection);
      this.opened += 1;
      if (this.vault.needsRotation(connection)) this.underOlderKey += 1;
      if (connection.active) await this.limit(() => this.verify(connection, credentials));
    } catch (error) {
      this.findings.push(failure('credentials', `${nameOf(connection)}: ${errorLine(error)}`));
    }
  }

  private async verify(connection: SealedConnection, credentials: object): Promise<void> {
    const whatsAppSessions = { find: (name: string) => this.sessions.findNamed(connection.tenantId, name) };
    const result = await ask(connection, credentials, { ...this.options, whatsAppSessions });
    if (result.ok) return;
    const found = `${nameOf(connection)}: ${connection.provider} refuses it or cannot be asked: ${result.reason}`;
    const mend =
      `let this machine reach the vendor, correct the credentials (PATCH /v1/connections/${connection.id}) or switch ` +
      'it off';
    this.findings.push(failure('credentials', found, mend));
  }

  private summary(): Finding {
    const found = `${this.opened} of ${this.seen} connections open with the keys present`;
    if (this.underOlderKey === 0) return ok('credentials', found);
    const older = `${found}, ${this.underOlderKey} of them under an older key`;
    return warning('credentials', older, 'outbell keys rotate');
  }
}

async function ask(connection: SealedConnection, credentials: object, options: ProviderOptions): Promise<Verification> {
  const { channel, provider } = connection;
  const type = PROVIDERS.find(channel, provider);
  if (!type) return { ok: false, reason: `this release has no provider ${provider} for ${channel}` };
  return askVendor(type, credentials, options);
}

function nameOf({ tenantName, name }: SealedConnection): string {
  return `${tenantName}/${name}`;
}
