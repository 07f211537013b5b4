import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { testEnvironment } from '../../../test/support/config.js';
import { loadConfig } from './config/load-config.js';
import { armFailpoints, reach } from './failpoints.js';

describe('a failpoint', () => {
  afterEach(() => armFailpoints([]));

  const arm = (FAILPOINTS: string) => armFailpoints(loadConfig(testEnvironment({ FAILPOINTS })).values.FAILPOINTS);

  it('does nothing unless it is armed', () => {
    arm('delivery.claimed=throw');
    expect(() => reach('delivery.marked')).not.toThrow();
  });

  it('strikes once, at the time it was told', () => {
    arm('accept.committed=throw, delivery.marked=throw@3');
    const struck = Array.from({ length: 5 }, () => {
      try {
        reach('delivery.marked');
        return false;
      } catch {
        return true;
      }
    });
    expect(struck).toEqual([false, false, true, false, false]);
  });

  it('kills its process before the next line', () => {
    const module = new URL('failpoints.ts', import.meta.url).href;
    const program = `import { armFailpoints, reach } from '${module}';
      armFailpoints([{ name: 'delivery.marked', action: 'kill', at: 1 }]);
      reach('delivery.marked');
      console.log('alive');`;
    const { stdout, signal } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
    expect([signal, String(stdout)]).toEqual(['SIGKILL', '']);
  });

  it.each(['delivery.lost=kill', 'delivery.marked=explode', 'delivery.marked', 'delivery.marked=kill@0'])(
    'is refused as a setting when it is "%s"',
    (FAILPOINTS) => {
      expect(() => loadConfig(testEnvironment({ FAILPOINTS }))).toThrow(`FAILPOINTS: "${FAILPOINTS}" is no failpoint`);
    },
  );

  it('is refused in production, and none is armed by default', () => {
    const production = testEnvironment({ NODE_ENV: 'production' });
    expect(loadConfig(production).values.FAILPOINTS).toEqual([]);
    expect(() => loadConfig({ ...production, FAILPOINTS: 'delivery.marked=kill' })).toThrow(
      'FAILPOINTS: is refused in production',
    );
  });
});
