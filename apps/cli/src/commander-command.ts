/** What of a commander command is used here: nest-commander brings commander, and does not hand on its types. */
export interface CommanderCommand {
  readonly commands: readonly CommanderCommand[];
  readonly options: readonly CommanderOption[];
  readonly registeredArguments: readonly CommanderArgument[];
  /** What was given, but the options. */
  readonly args: readonly string[];
  name(): string;
  name(name: string): this;
  description(text: string): this;
  option(flags: string, description: string): this;
  opts(): Record<string, unknown>;
  getOptionValue(attribute: string): unknown;
  addHelpText(position: 'after', text: string): this;
  showHelpAfterError(text: string): this;
  allowExcessArguments(allow: boolean): this;
  exitOverride(exit: (error: CommanderExit) => never): this;
  /** What commander calls when one of them is missing, … */
  missingMandatoryOptionValue(): void;
  missingArgument(): void;
  /** … when there are more arguments than it takes, … */
  _excessArguments(given: readonly string[]): void;
  /** … and when the first is no command of it. */
  unknownCommand(): void;
  unknownOption(flag: string): void;
  /** Writes the message, then what `showHelpAfterError` was told, and ends. */
  error(message: string): never;
}

/** How commander ends a command line: with help or a complaint that it has written already. */
export interface CommanderExit extends Error {
  readonly exitCode: number;
}

interface CommanderOption {
  readonly long?: string;
  readonly mandatory: boolean;
  description: string;
  attributeName(): string;
}

interface CommanderArgument {
  readonly required: boolean;
  description: string;
  name(): string;
}
