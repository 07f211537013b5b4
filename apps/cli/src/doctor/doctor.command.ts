import { Command } from 'nest-commander';
import { InstallationCommand } from '../installation-command.js';
import { findingText } from './finding.js';

@Command({
  name: 'doctor',
  description: 'check settings, database, queue and credentials; say what is wrong and how to mend it',
})
export class DoctorCommand extends InstallationCommand {
  override async run(): Promise<void> {
    // Queue and vendor libraries take a second to load, for which no other command should wait.
    const { examine } = await import('./examination.js');
    const findings = await examine(this.installation);
    const failed = findings.some(({ status }) => status === 'fail');
    if (failed) this.terminal.exitCode = 1;
    this.terminal.answer({ ok: !failed, findings }, findings.map(findingText).join('\n'));
  }
}
