import { OptOutRepository } from '@outbell/persistence/repositories/opt-out.repository.js';
import { SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { printable } from '../printable.js';

/** Whoever has more has to look at one first. */
const MOST = 1_000;

@SubCommand({ name: 'list', description: `opt-outs that name nobody, the oldest first, at most ${MOST}` })
export class OptOutListCommand extends InstallationCommand {
  override async run(): Promise<void> {
    const parked = await (await this.installation.get(OptOutRepository)).parked(MOST);
    this.terminal.answer(
      { data: parked.map(({ receivedAt, ...optOut }) => ({ ...optOut, received_at: receivedAt })) },
      parked
        .map(({ id, receivedAt, tenant, channel, provider, address, error }) => {
          const whose = tenant === null ? 'the installation' : `tenant ${tenant}`;
          return printable(
            `${id}  ${receivedAt.toISOString()}  ${channel} by ${provider} of ${whose}: ` +
              `${address ?? 'no address'} ${error}`,
          );
        })
        .join('\n') || 'every opt-out names somebody',
    );
  }
}
