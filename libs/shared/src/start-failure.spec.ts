import { describe, expect, it } from 'vitest';
import { loadConfig } from './config/load-config.js';
import { startFailure } from './start-failure.js';

describe('startFailure', () => {
  it('names the setting of a taken port', () => {
    const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 3000 });
    expect(startFailure(error, 'API_PORT')).toBe('Port 3000 is taken by another process: set API_PORT to a free one.');
  });

  it('lists wrong settings without a stack', () => {
    try {
      loadConfig({});
    } catch (error) {
      expect(startFailure(error, 'API_PORT')).toMatch(/DATABASE_URL/);
      expect(startFailure(error, 'API_PORT')).not.toMatch(/ at /);
    }
    expect.assertions(2);
  });

  it('hides passwords', () => {
    expect(startFailure(new Error('cannot reach postgres://u:canary@h/x'), 'API_PORT')).not.toContain('canary');
  });
});
