import { loadConfig } from '@outbell/shared/config/load-config.js';
import { idOfName, newId } from '@outbell/shared/uuid.js';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { testConfig, testEnvironment } from '../../../test/support/config.js';
import { InstallationConnections } from './installation-connections.js';
import { PROVIDERS } from './registry.js';

const ALLOWED = { INSTALLATION_CONNECTIONS: 'true' };
const SECRET = 'wJalrXUt/nFEMI+K7';
const SIGNING = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_NfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
const SMTP_URL = 'smtp://shop%40example.com:p%3Ass@mail.example.com';

const ACCOUNT = `AC${'0'.repeat(32)}`;

function connections(settings: Record<string, string>): InstallationConnections {
  return new InstallationConnections(testConfig({ ...ALLOWED, ...settings }), PROVIDERS);
}

describe('InstallationConnections', () => {
  it('are none unless they are allowed', () => {
    expect(connections({ SMTP_URL, INSTALLATION_CONNECTIONS: 'false' }).connectionsOf('email')).toEqual([]);
    expect(connections({}).connectionsOf('email')).toEqual([]);
  });

  it('are made of settings that are all there, in a fixed order', () => {
    const made = connections({
      SMTP_URL,
      RESEND_API_KEY: 're_1',
      SES_CONFIGURATION_SET: '',
    });
    expect(made.connectionsOf('email').map(({ type, credentials }) => [type.providerName, credentials])).toEqual([
      ['resend', { api_key: 're_1' }],
      [
        'smtp',
        {
          ...{ host: 'mail.example.com', port: 587, security: 'starttls' },
          ...{ username: 'shop@example.com', password: 'p:ss' },
        },
      ],
    ]);
    expect(made.connectionsOf('sms')).toEqual([]);
  });

  it.each([
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, security: 'tls' }],
    ['smtp://[::1]:1025?security=none', { host: '::1', port: 1025, security: 'none' }],
  ])('reads %s', (url, credentials) => {
    expect(connections({ SMTP_URL: url }).connectionsOf('email')[0]?.credentials).toEqual(credentials);
  });

  it('bring what their vendors sign by, where that is set', () => {
    const SES = { SES_REGION: 'eu-west-3', SES_ACCESS_KEY_ID: 'AKIA1', SES_SECRET_ACCESS_KEY: SECRET };
    const own = { region: 'eu-west-3', access_key_id: 'AKIA1', secret_access_key: SECRET };
    const [plain] = connections(SES).connectionsOf('email');
    expect(plain?.credentials).toEqual(own);
    const signs = {
      SES_CONFIGURATION_SET: 'all',
      SES_TOPIC_ARNS: 'arn:aws:sns:eu-west-3:123456789012:a,arn:aws:sns:eu-west-3:123456789012:b',
    };
    const [signed] = connections({ ...SES, ...signs }).connectionsOf('email');
    expect(signed?.credentials).toEqual({
      ...own,
      configuration_set: 'all',
      topic_arns: ['arn:aws:sns:eu-west-3:123456789012:a', 'arn:aws:sns:eu-west-3:123456789012:b'],
    });
    const [resend] = connections({ RESEND_API_KEY: 're_1', RESEND_WEBHOOK_SECRETS: SIGNING.join(',') }).connectionsOf(
      'email',
    );
    expect(resend?.credentials).toEqual({ api_key: 're_1', webhook_secrets: SIGNING });
  });

  it('have ids that docs/callbacks.md names', async () => {
    const page = await readFile(new URL('../../../docs/callbacks.md', import.meta.url), 'utf8');
    for (const name of ['ses', 'sendgrid', 'resend']) {
      expect(page).toContain(`/callbacks/${name}/${idOfName(`installation connection ${name}`)}`);
    }
  });

  it('stop the start where a setting makes none, naming it and not what is in it', () => {
    const start = (settings: Record<string, string>) => () => connections(settings);
    expect(start({ SES_REGION: 'eu-west-3', SES_ACCESS_KEY_ID: 'AKIA1' })).toThrow(
      /SES_SECRET_ACCESS_KEY: must be set too, beside SES_REGION/,
    );
    expect(start({ TWILIO_ACCOUNT_SID: 'canary', TWILIO_AUTH_TOKEN: 't' })).toThrow(
      'TWILIO_ACCOUNT_SID: account_sid must be AC and 32 hexadecimal digits',
    );
    expect(start({ SMTP_URL: 'smtp://shop@mail.example.com' })).toThrow(/SMTP_URL: /);
    const service = { project_id: 'p', client_email: 'push@p.example', private_key: 'canary' };
    expect(start({ FCM_SERVICE_ACCOUNT: JSON.stringify(service) })).toThrow(/FCM_SERVICE_ACCOUNT: private_key must be/);
    for (const settings of [{ FCM_SERVICE_ACCOUNT: JSON.stringify(service) }, { TWILIO_ACCOUNT_SID: 'canary' }])
      expect(start(settings)).not.toThrow('canary');
    expect(start({ TWILIO_ACCOUNT_SID: ACCOUNT, INSTALLATION_CONNECTIONS: 'false' })).not.toThrow();
  });

  it('have the same id always, and another version with other credentials', () => {
    const [one, same, other] = ['re_1', 're_1', 're_2'].map(
      (key) => connections({ RESEND_API_KEY: key }).connectionsOf('email')[0],
    );
    expect(one?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect([same?.id, same?.version, other?.id]).toEqual([one?.id, one?.version, one?.id]);
    expect(other?.version).not.toBe(one?.version);
  });

  it('are found by that id, and by no other', () => {
    const made = connections({ RESEND_API_KEY: 're_1', SMTP_URL });
    for (const one of made.connectionsOf('email')) expect(made.find(one.id)).toBe(one);
    expect(made.find(newId())).toBeUndefined();
    const id = made.connectionsOf('email')[0]?.id ?? '';
    expect(connections({ RESEND_API_KEY: 're_1', INSTALLATION_CONNECTIONS: 'false' }).find(id)).toBeUndefined();
  });

  it('are refused when they are not well written, and not repeated', () => {
    for (const settings of [
      { FCM_SERVICE_ACCOUNT: '{"private_key":"canary"}' },
      { SMTP_URL: 'https://canary' },
      { SMTP_URL: 'smtp://shop:canary%@mail.example.com' },
    ]) {
      const load = () => loadConfig(testEnvironment(settings));
      expect(load).toThrow(Object.keys(settings)[0]);
      expect(load).not.toThrow('canary');
    }
  });
});
