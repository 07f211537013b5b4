import { OptOutRepository } from '@outbell/persistence/repositories/opt-out.repository.js';
import { InputError } from '@outbell/shared/errors.js';
import { validate as isUuid } from 'uuid';
import { SubCommand } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';

@SubCommand({
  name: 'retry',
  arguments: '<id>',
  argsDescription: { id: 'the id of an opt-out (outbell opt-out list), or all' },
  description:
    'has a worker look again whose an opt-out is, or "all" of them: once a sender was added, or messages were sent',
})
export class OptOutRetryCommand extends InstallationCommand {
  override async run([id = '']: string[]): Promise<void> {
    if (id !== 'all' && !isUuid(id))
      throw InputError.forField('id', 'is the id of an opt-out (outbell opt-out list), or all');
    const count = await (await this.installation.get(OptOutRepository)).retry(id === 'all' ? null : id);
    this.terminal.answer({ retried: count }, `${count} looked at again within a second`);
  }
}
