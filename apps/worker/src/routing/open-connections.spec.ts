import { PROVIDERS } from '@outbell/providers/registry.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { CallbackAddress } from '@outbell/shared/crypto/callback-address.js';
import { Signer } from '@outbell/shared/crypto/signer.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { OpenConnections } from './open-connections.js';

const config = testConfig();
const vault = new Vault(config);
const callbacks = new CallbackAddress(config, new Signer(config));
const connections = new OpenConnections(config, vault, PROVIDERS, new DeliveryMetrics(new Metrics()), callbacks);
afterAll(() => connections.onApplicationShutdown());

function opened(channel: Channel, provider: string, rateLimits: string) {
  const [tenantId, id] = [newId(), newId()];
  const sealed = vault.seal({ tenantId, rowId: id }, { api_key: 'a-key', email_for_notification: 'ops@example.com' });
  const connection = connections.connectionFor({ id, tenantId, channel, provider, version: 1, rateLimits, ...sealed });
  return connection.limited?.limits;
}

describe('how much goes through a connection', () => {
  it('is what its vendor takes of every account', () => {
    expect(opened('voice', 'voice-partner', '')).toBe('5/min');
  });

  it('is what it says of its own account, more or less than that', () => {
    expect(opened('voice', 'voice-partner', '50/min,1000/d')).toBe('50/min,1000/d');
    expect(opened('email', 'sendgrid', '1/s')).toBe('1/s');
  });

  it('is not limited where nobody says so', () => {
    expect(opened('email', 'sendgrid', '')).toBeUndefined();
  });
});
