import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { checkConfiguration } from './check-configuration.js';

const check = (overrides: Record<string, string>) => checkConfiguration(testConfig(overrides));

describe('checkConfiguration', () => {
  it('refuses limits and ranges that cannot be read, together', () => {
    expect(check({ RATE_LIMITS: 'sender=fast', OUTBOUND_ALLOW: '10.0.0.0' })).toEqual([
      { check: 'configuration', status: 'fail', found: expect.stringMatching(/RATE_LIMITS.*"fast"/) },
      { check: 'configuration', status: 'fail', found: expect.stringMatching(/"10\.0\.0\.0" in OUTBOUND_ALLOW/) },
    ]);
  });

  it('refuses settings of the installation’s own connections that make none', () => {
    const settings = { INSTALLATION_CONNECTIONS: 'true', SES_REGION: 'mars', SES_ACCESS_KEY_ID: 'AKIA1' };
    expect(check(settings)).toEqual([
      expect.objectContaining({ status: 'fail', found: 'SES_SECRET_ACCESS_KEY: must be set too, beside SES_REGION' }),
    ]);
  });

  it('warns of what is fit for development only', () => {
    const findings = check({ NODE_ENV: 'production' });
    expect(findings.map(({ status, found }) => [status, found.split(' ')[0]])).toEqual([
      ['warn', 'PUBLIC_URL'],
      ['warn', 'METRICS_TOKEN'],
    ]);
    const sound = { NODE_ENV: 'production', PUBLIC_URL: 'https://out.example.com', METRICS_TOKEN: 'x'.repeat(24) };
    expect(check(sound)).toMatchObject([{ status: 'ok' }]);
  });
});
