import type { SenderEntity } from '@outbell/persistence/entities/sender.entity.js';
import { SenderRepository } from '@outbell/persistence/repositories/sender.repository.js';
import { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { Installation } from '../installation.js';
import { requireTenant } from '../key/require-tenant.js';
import { printable } from '../printable.js';
import { Terminal } from '../terminal.js';
import { reachOf, shownSender } from './shown-sender.js';

const PAGE = 200;

@SubCommand({ name: 'list', description: 'senders by tenant, newest first, and whose connections each may go by' })
export class SenderListCommand extends CommandRunner {
  constructor(
    private readonly installation: Installation,
    private readonly terminal: Terminal,
  ) {
    super();
  }

  override async run(_: string[], { tenant }: { tenant?: string }): Promise<void> {
    const tenants = await this.installation.get(TenantRepository);
    const asked = tenant === undefined ? await tenants.list() : [await requireTenant(tenants, tenant)];
    const found: { tenant: string; sender: SenderEntity }[] = [];
    for (const { id, name } of asked)
      found.push(...(await this.readAll(id)).map((sender) => ({ tenant: name, sender })));
    this.terminal.answer(
      { data: found.map(({ sender }) => shownSender(sender)) },
      found.map(({ tenant: of, sender }) => lineOf(of, sender)).join('\n') || 'there is no sender yet',
    );
  }

  private async readAll(tenantId: string): Promise<SenderEntity[]> {
    const repository = await this.installation.get(SenderRepository);
    const senders: SenderEntity[] = [];
    let page: SenderEntity[];
    do {
      page = await repository.list(tenantId, {}, PAGE, senders.at(-1)?.id);
      senders.push(...page);
    } while (page.length === PAGE);
    return senders;
  }

  @Option({ flags: '--tenant <name or id>', description: 'whose senders; default: all tenants’' })
  parseTenant(text: string): string {
    return text;
  }
}

function lineOf(tenant: string, sender: SenderEntity): string {
  const { channel, address, status } = sender;
  return `${printable(tenant)}  ${channel.padEnd(8)}  ${address}  ${status.padEnd(8)}  ${reachOf(sender)}`;
}
