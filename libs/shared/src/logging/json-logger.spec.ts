import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { JsonLogger } from './json-logger.js';
import { withLogContext } from './log-context.js';

function capture(): { logger: JsonLogger; lines: () => Record<string, unknown>[] } {
  const chunks: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  const parse = (line: string) => JSON.parse(line) as Record<string, unknown>;
  return { logger: new JsonLogger('api', 'info', destination), lines: () => chunks.map(parse) };
}

describe('JsonLogger', () => {
  it('writes level, time, service, the class that logs, and fields', () => {
    const { logger, lines } = capture();
    logger.log('accepted', { count: 3 }, 'MessagesService');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        service: 'api',
        logger: 'MessagesService',
        count: 3,
        message: 'accepted',
      },
    ]);
  });

  it('takes an error with or without a text', () => {
    const { logger, lines } = capture();
    logger.error(new Error('broken'), undefined, 'Here');
    logger.error('publish failed', new Error('refused'), 'Here');
    expect(lines()).toMatchObject([
      { message: 'broken', err: { type: 'Error', message: 'broken' }, logger: 'Here' },
      { message: 'publish failed', err: { message: 'refused' }, logger: 'Here' },
    ]);
  });

  it('carries the ids of the request and of the message on every line of theirs', async () => {
    const { logger, lines } = capture();
    await withLogContext({ requestId: 'r1', tenantId: 't1' }, async () => {
      await Promise.resolve();
      withLogContext({ messageId: 'm1' }, () => logger.warn('inner'));
      logger.warn('outer');
    });
    expect(lines()[0]).toMatchObject({ requestId: 'r1', tenantId: 't1', messageId: 'm1' });
    expect(lines()[1]).not.toHaveProperty('messageId');
  });

  it('hides addresses and secrets in texts, fields and errors', () => {
    const { logger, lines } = capture();
    logger.error('to ann@example.org', { to: 'canary', url: 'smtp://u:canary@h' }, new Error('canary@x.org'));
    expect(JSON.stringify(lines())).not.toMatch(/canary|ann@/);
  });

  it('writes once that a server is away, and every other error each time', () => {
    const { logger, lines } = capture();
    const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    for (let round = 0; round < 3; round += 1) logger.error('round failed', away());
    for (let round = 0; round < 3; round += 1) logger.error('round failed', new TypeError('a bug'));
    expect(lines()).toHaveLength(4);
  });

  it('tells only who asks for it which modules and routes there are', () => {
    const { logger, lines } = capture();
    logger.log('Mapped {/v1/keys, GET} route', 'RouterExplorer');
    logger.log('Nest application successfully started', 'NestApplication');
    expect(lines()).toHaveLength(1);
  });

  it('writes nothing below its level', () => {
    const { logger, lines } = capture();
    logger.debug('noise');
    expect(lines()).toEqual([]);
  });
});
