import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogCapture } from '../../../../test/support/log-capture.js';
import { logWarnings } from './log-warnings.js';

const former = process.listeners('warning');
const capture = new LogCapture();

beforeEach(() => Logger.overrideLogger(capture.logger));
afterEach(() => {
  process.removeAllListeners('warning');
  for (const listener of former) process.on('warning', listener);
  Logger.overrideLogger(false);
});

it('a warning of a library is one line of the log, and Node prints nothing', async () => {
  logWarnings();
  process.emitWarning('Node 20 is old.\nUpdate it.', 'NodeVersionSupportWarning');
  await once(process, 'warning');
  expect(capture.lines()).toEqual([
    expect.objectContaining({
      level: 'warn',
      logger: 'Process',
      warning: 'NodeVersionSupportWarning',
      message: 'Node 20 is old.\nUpdate it.',
    }),
  ]);
  expect(process.listenerCount('warning')).toBe(1);
});
