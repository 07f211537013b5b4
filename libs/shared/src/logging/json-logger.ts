import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from 'pino';
import { isServerAway } from '../server-away.js';
import { logContext } from './log-context.js';
import { RepeatedErrors } from './repeated-errors.js';
import { scrub, scrubFields, scrubText } from './scrub.js';
import { withSourcePositions } from './source-positions.js';

/** Nest's own, which tell at each start what stands in the code: a line for every module and route. */
const NOISE = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

type Fields = Record<string, unknown>;

/**
 * Nest's logger, as JSON lines. Beside a text it takes fields and an error, in any order: `logger.warn('limit reached',
 * { level: 'tenant' })`, `logger.error('publish failed', error)`. That a server is away is written once, and then
 * counted (`repeated`). Request, tenant and message ids come from the log context; addresses, contents and secrets
 * never get through.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;
  private readonly repeated = new RepeatedErrors();

  /** @param service name of the app, on every line */
  constructor(service: string, level: LevelWithSilent, destination: DestinationStream = standardOutput()) {
    this.pino = pino(
      {
        level,
        base: { service },
        timestamp: stdTimeFunctions.isoTime,
        messageKey: 'message',
        formatters: { level: (label) => ({ level: label }) },
        // Errors were already reduced by scrub().
        serializers: { err: (error: object) => error },
      },
      destination,
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: Level, message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const line: Fields = { ...logContext() };
    // Nest's `Logger` adds the name of its class as the last part.
    const named = typeof rest.at(-1) === 'string';
    if (named) line['logger'] = scrubText(rest.at(-1) as string);
    let text = take(line, message, undefined);
    for (let index = 0; index < rest.length - (named ? 1 : 0); index++) text = take(line, rest[index], text);
    const away = isServerAway(message) || rest.some(isServerAway);
    this.put(level, line, text ?? (line['err'] as Error | undefined)?.message ?? '', away);
  }

  private put(level: Level, line: Fields, text: string, away: boolean): void {
    const { err, logger } = line as { err?: Error; logger?: string };
    const again = (repeated: number) => this.pino[level]({ logger, err, repeated }, text);
    if (away && !this.repeated.isFirst(`${level} ${logger} ${text} ${err?.message}`, again)) return;
    this.pino[NOISE.has(logger ?? '') && level === 'info' ? 'debug' : level](line, text);
  }
}

/** Adds an error, or an object of fields, to the line. @returns the line's text, to which any other part adds */
function take(line: Fields, part: unknown, text: string | undefined): string | undefined {
  if (typeof part !== 'object' || part === null) {
    if (part === undefined) return text;
    // Scrubbed as it will be read: what must not be seen may begin in one part and end in the next.
    const more = `${part as string | number}`;
    return withSourcePositions(scrubText(text === undefined ? more : `${text} ${more}`));
  }
  if (part instanceof Error) line['err'] = scrub(part);
  else scrubFields(part, line);
  return text;
}

let output: DestinationStream | undefined;

/**
 * Lines are written beside the work, those that come while one is being written all at once: a system call for each
 * would cost as much as the rest of a small request. At the end of the process what is left is written out.
 */
function standardOutput(): DestinationStream {
  if (!output) {
    const destination = pino.destination({ dest: 1, sync: false });
    process.on('exit', () => destination.flushSync());
    output = destination;
  }
  return output;
}
