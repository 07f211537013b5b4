import { Writable } from 'node:stream';
import { JsonLogger } from '@outbell/shared/logging/json-logger.js';

type Line = Record<string, unknown>;

/** A logger that keeps its lines, for `app.useLogger(capture.logger)`. */
export class LogCapture {
  private chunks: string[] = [];

  readonly logger = new JsonLogger(
    'test',
    'trace',
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.chunks.push(chunk.toString());
        done();
      },
    }),
  );

  /** All lines, as they were written. */
  get text(): string {
    return this.chunks.join('');
  }

  /** The lines with all of these fields. */
  lines(fields: Line = {}): Line[] {
    const all = this.chunks.map((chunk) => JSON.parse(chunk) as Line);
    return all.filter((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
  }

  clear(): void {
    this.chunks = [];
  }
}
