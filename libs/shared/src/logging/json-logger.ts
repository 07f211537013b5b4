import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from 'pino';
import { logContext } from './log-context.js';
import { scrub, scrubText } from './scrub.js';
import { withSourcePositions } from './source-positions.js';

type Fields = Record<string, unknown>;

/**
 * Nest's logger, as JSON lines. Beside a text it takes fields and an error, in any order:
 * `logger.warn('limit reached', { level: 'tenant' })`, `logger.error('publish failed', error)`.
 * Request, tenant and message ids come from the log context; addresses, contents and secrets never get through.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;

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
    const fields: Fields = {};
    // Nest's `Logger` adds the name of its class as the last part.
    if (typeof rest.at(-1) === 'string') fields['logger'] = rest.pop();
    const texts = [message, ...rest].filter((part) => !takeFields(fields, part)).map(String);
    const text = texts.length > 0 ? texts.join(' ') : fields['err'] instanceof Error ? fields['err'].message : '';
    this.pino[level]({ ...logContext(), ...(scrub(fields) as Fields) }, withSourcePositions(scrubText(text)));
  }
}

let output: DestinationStream | undefined;

/**
 * Lines are written beside the work, those that come while one is being written all at once: a system call for each would cost as much as the
 * rest of a small request. At the end of the process what is left is written out.
 */
function standardOutput(): DestinationStream {
  if (!output) {
    const destination = pino.destination({ dest: 1, sync: false });
    process.on('exit', () => destination.flushSync());
    output = destination;
  }
  return output;
}

/** Whether the part is an error or an object of fields, which are then taken over. */
function takeFields(fields: Fields, part: unknown): boolean {
  if (part instanceof Error) fields['err'] = part;
  else if (typeof part === 'object' && part !== null) Object.assign(fields, part);
  else return part === undefined;
  return true;
}
