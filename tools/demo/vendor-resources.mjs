import webPush from 'web-push';
import { keep, readKept } from './kept.mjs';
import { all } from './resources.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./sandbox-vendors.mjs').SandboxVendors} SandboxVendors */
/** @typedef {import('./vendors.mjs').Vendor} Vendor */

/**
 * A connection to a vendor of the sandbox that knows how this start of it signs its receipts.
 *
 * @param {Api} api
 * @param {SandboxVendors} sandbox
 * @param {Vendor} vendor
 */
export async function ensureVendorConnection(api, sandbox, vendor) {
  const { channel, provider, conditions = null, secret } = vendor;
  const name = `sandbox ${provider}`;
  // Browsers say themselves where they are reached, by whoever has the keys that they know.
  const more = vendor.to === undefined ? ensureWebPushKeys() : { base_url: sandbox.baseUrl(provider) };
  const credentials = { ...vendor.credentials, ...more };
  const found = (await all(api, '/v1/connections')).find((connection) => connection.name === name);
  // Before SMTP's 100.
  const wanted = { channel, provider, name, credentials, conditions, priority: 50 };
  const { id, callback_url: url } = found ?? (await api.post('/v1/connections', wanted));
  const told = url ? await sandbox.reportTo(provider, url) : {};
  const secrets = secret && { [secret.credential]: [told[secret.told]] };
  const { verification } = await api.patch(`/v1/connections/${id}`, { credentials: { ...credentials, ...secrets } });
  if (!verification.ok) throw new Error(`The connection to ${provider} does not work: ${verification.reason}`);
}

/**
 * @param {Api} api
 * @param {Vendor} vendor
 */
export async function ensureVendorSender(api, { channel, sender: address }) {
  const senders = await all(api, '/v1/senders');
  if (senders.some((sender) => sender.channel === channel && sender.address === address)) return;
  await api.post('/v1/senders', { channel, address });
}

/** Kept: browsers that subscribed with one pair of VAPID keys hear nothing of another. */
function ensureWebPushKeys() {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  const made = { public_key: publicKey, private_key: privateKey };
  const { webPushKeys = made } = readKept();
  keep({ webPushKeys });
  return webPushKeys;
}
