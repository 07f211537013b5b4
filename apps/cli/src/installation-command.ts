import { Injectable } from '@nestjs/common';
import { CommandRunner } from 'nest-commander';
import { Installation } from './installation.js';
import { Terminal } from './terminal.js';

/** A command that works on the installation and answers on the terminal. */
@Injectable()
export abstract class InstallationCommand extends CommandRunner {
  constructor(
    protected readonly installation: Installation,
    protected readonly terminal: Terminal,
  ) {
    super();
  }
}
