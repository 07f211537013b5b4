import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectCommander } from 'nest-commander';
import type { CommanderCommand, CommanderExit } from './commander-command.js';

/** One line for each command that has to be told something: shown by its --help, and when something is missing. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  'tenant create': 'outbell tenant create acme',
  'key create': 'outbell key create --tenant acme --name "web shop" --scopes all --mode live',
  'key list': 'outbell key list --tenant acme',
  'key revoke': 'outbell key revoke ob_live_0a1b2c3d4e5f',
  'opt-out retry': 'outbell opt-out retry all',
  'sender grant': 'outbell sender grant acme email hello@acme.example',
  'sender verify': 'outbell sender verify acme noreply@acme.example',
  'sender revoke': 'outbell sender revoke acme email hello@acme.example',
};

/** Ends a command line that commander has answered itself: help, the version, or what is wrong with it. */
export class CommandLineEnd extends Error {
  constructor(readonly exitCode: number) {
    super(`ended with ${exitCode}`);
  }
}

/**
 * What every command says of itself and of a wrong command line, beyond commander: all that is missing at once, with an
 * example.
 */
@Injectable()
export class CommandLine implements OnApplicationBootstrap {
  constructor(@InjectCommander() private readonly program: CommanderCommand) {}

  /** By now every command is in the program. */
  onApplicationBootstrap(): void {
    this.prepare(this.program, []);
  }

  private prepare(command: CommanderCommand, path: string[]): void {
    command.exitOverride(({ exitCode }: CommanderExit) => {
      throw new CommandLineEnd(exitCode);
    });
    command.showHelpAfterError(`(see: ${['outbell', ...path].join(' ')} --help)`);
    const example = EXAMPLES[path.join(' ')];
    if (example) command.addHelpText('after', `\nExample:\n  ${example}`);
    command.allowExcessArguments(false);
    markRequired(command);
    tellAllMissing(command, example);
    if (command.commands.length > 0) command._excessArguments = () => command.unknownCommand();
    for (const child of command.commands) this.prepare(child, [...path, child.name()]);
  }
}

function markRequired({ options, registeredArguments }: CommanderCommand): void {
  for (const option of options) if (option.mandatory) option.description += ' (required)';
  for (const argument of registeredArguments)
    if (argument.required && argument.description) argument.description += ' (required)';
}

/** Commander stops at the first that is missing. */
function tellAllMissing(command: CommanderCommand, example: string | undefined): void {
  const tell = () => {
    // Of what was mistyped, the name is more use than that it is missing.
    const unknown = command.args.find((given) => given.startsWith('--'));
    if (unknown) command.unknownOption(unknown);
    const missing = missingOf(command).join(', ');
    command.error(`error: missing: ${missing}${example ? `\nexample: ${example}` : ''}`);
  };
  command.missingMandatoryOptionValue = tell;
  command.missingArgument = tell;
}

function missingOf(command: CommanderCommand): string[] {
  const names = command.registeredArguments.filter(({ required }, at) => required && command.args[at] === undefined);
  const flags = command.options.filter(
    (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
  );
  return [...names.map((argument) => `<${argument.name()}>`), ...flags.map((option) => option.long ?? '')];
}
