import type { SenderEntity } from '@outbell/persistence/entities/sender.entity.js';
import { SenderRepository } from '@outbell/persistence/repositories/sender.repository.js';
import { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import { Option, SubCommand } from 'nest-commander';
import { allPages } from '../all-pages.js';
import { InstallationCommand } from '../installation-command.js';
import { requireTenant } from '../require-tenant.js';
import { printable } from '../printable.js';
import { reachOf, shownSender } from './shown-sender.js';

@SubCommand({ name: 'list', description: 'senders by tenant, newest first, and whose connections each may go by' })
export class SenderListCommand extends InstallationCommand {
  override async run(_: string[], { tenant }: { tenant?: string }): Promise<void> {
    const asked =
      tenant === undefined
        ? await (await this.installation.get(TenantRepository)).list()
        : [await requireTenant(this.installation, tenant)];
    const senders = await this.installation.get(SenderRepository);
    const found: { tenant: string; sender: SenderEntity }[] = [];
    for (const { id, name } of asked) {
      const own = await allPages((limit, after) => senders.list(id, {}, limit, after));
      found.push(...own.map((sender) => ({ tenant: name, sender })));
    }
    this.terminal.answer(
      { data: found.map(({ sender }) => shownSender(sender)) },
      found.map(({ tenant: of, sender }) => lineOf(of, sender)).join('\n') || 'there is no sender yet',
    );
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
