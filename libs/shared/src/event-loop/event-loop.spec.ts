import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { LogCapture } from '../../../../test/support/log-capture.js';
import { until } from '../../../../test/support/until.js';
import { Metrics } from '../metrics/metrics.js';
import { EventLoop } from './event-loop.js';

const LIMIT_MS = 60;

describe('EventLoop', () => {
  const logs = new LogCapture();
  let metrics: Metrics;
  let loop: EventLoop;
  let suspects: string[];

  beforeEach(() => {
    logs.clear();
    Logger.overrideLogger(logs.logger);
    metrics = new Metrics();
    loop = new EventLoop(testConfig({ EVENT_LOOP_BLOCK_MS: String(LIMIT_MS) }), metrics);
    suspects = [];
    loop.onBlocked((ids) => suspects.push(...ids));
  });
  afterEach(() => {
    loop.onModuleDestroy();
    Logger.overrideLogger(false);
  });

  function block(ms: number): void {
    for (const end = performance.now() + ms; performance.now() < end;);
  }
  const blocks = () => logs.lines({ level: 'warn', message: 'the event loop was blocked' });
  /** Blocks it outside of any step, until the watch has seen so many times of it. */
  async function blockUntilSeen(times: number): Promise<void> {
    await until(async () => {
      block(400);
      return blocks().length >= times;
    });
  }

  it('names the message whose step held it up, in a line and by its step in the figures', async () => {
    loop.run('render', 'm1', () => block(LIMIT_MS + 5));
    expect(blocks()).toMatchObject([{ step: 'render', messageIds: ['m1'] }]);
    expect(suspects).toEqual(['m1']);
    expect(await metrics.text()).toContain('event_loop_blocks_total{step="render"} 1');
  });

  it('names it also when the step fails', () => {
    const fail = () => {
      block(LIMIT_MS + 5);
      throw new Error('bad');
    };
    expect(() => loop.run('derive_text', 'm1', fail)).toThrow('bad');
    expect(blocks()).toMatchObject([{ messageIds: ['m1'] }]);
  });

  it('says nothing of short steps', () => {
    loop.run('render', 'm1', () => undefined);
    expect([...blocks(), ...suspects]).toEqual([]);
  });

  it('names those at work when something else held it up; who was there twice is suspected', async () => {
    loop.onApplicationBootstrap();
    for (const id of ['a', 'b', 'c']) loop.enter(id);
    loop.leave('c');
    await blockUntilSeen(1);
    expect(blocks()[0]).toMatchObject({ step: 'unknown', messageIds: ['a', 'b'] });
    expect(suspects).toEqual([]);
    loop.leave('a');
    loop.enter('d');
    await blockUntilSeen(2);
    expect(suspects).toEqual(['b']);
  });

  it('tells a step’s block once', async () => {
    loop.onApplicationBootstrap();
    loop.run('render', 'm1', () => block(600));
    let looks = 0;
    await until(async () => ++looks > 30);
    expect(blocks()).toHaveLength(1);
  });

  it('gives long work of any number of callers one turn each', async () => {
    const turns: number[] = [];
    let turn = 0;
    let going = true;
    const count = (): void => {
      turn++;
      if (going) setImmediate(count);
    };
    count();
    const work = async () => {
      for (let nth = 0; nth < 3; nth++) {
        await loop.inTurn('render', undefined, () => block(12));
        turns.push(turn);
      }
    };
    await Promise.all([work(), work(), work()]);
    going = false;
    expect(new Set(turns).size).toBe(turns.length);
  });
});
