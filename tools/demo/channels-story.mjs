import { seconds } from '../steps.mjs';
import { postMessage, waitUntil } from './messages.mjs';
import { SandboxVendors } from './sandbox-vendors.mjs';
import { ensureVendorConnection, ensureVendorSender } from './vendor-resources.mjs';
import { VENDORS } from './vendors.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./vendors.mjs').Vendor} Vendor */

const HEADLINE = [
  '\nA message on every channel',
  '  The sandbox plays the vendors: a connection names it as its `base_url`, and it signs receipts as each ' +
    'vendor does.',
  '  Receipts come back to /callbacks/:provider/:connection, are checked, and change the status of their message.',
];

/**
 * Sends a message on every channel, each through another vendor, and waits for what the vendors report.
 *
 * @param {Record<string, string>} environment
 * @param {Api} api as the demo's tenant
 * @param {(line: string) => void} say
 */
export async function tellOfEveryChannel(environment, api, say) {
  const sandbox = new SandboxVendors(String(environment['SANDBOX_PORT']));
  const channels = String(environment['CHANNELS'])
    .split(',')
    .map((name) => name.trim());
  const chosen = VENDORS.filter(({ channel }) => channels.includes(channel));
  for (const line of HEADLINE) say(line);
  for (const vendor of chosen) {
    await ensureVendorConnection(api, sandbox, vendor);
    await ensureVendorSender(api, vendor);
  }
  const rows = await Promise.all(chosen.map((vendor) => sendBy(vendor, api, sandbox)));
  const head = ['channel', 'provider', 'to', 'status', 'after', 'the vendor reported', 'checked by'];
  for (const line of table([head, ...rows])) say(`  ${line}`);
  say(`  What their recipients see, for as long as the demo runs: http://localhost:${environment['SANDBOX_PORT']}/`);
}

/**
 * @param {Vendor} vendor
 * @param {Api} api
 * @param {SandboxVendors} sandbox
 * @returns {Promise<string[]>} a row of the table
 */
async function sendBy({ channel, provider, sender, content, ...vendor }, api, sandbox) {
  const to = vendor.to ?? (await sandbox.subscribeBrowser());
  const started = Date.now();
  const { id } = await postMessage(api, { channel, to, sender, ...content });
  const { status } = await waitUntil(api, id, vendor.checkedBy ? 'delivered' : 'sent');
  const after = seconds(started);
  const told = vendor.checkedBy ? await sandbox.reportsOf(id) : 'nothing: push services never do';
  return [channel, provider, vendor.to ?? 'a browser', status, after, told, vendor.checkedBy ?? '–'];
}

/**
 * @param {string[][]} rows
 * @returns {string[]} its lines, in columns
 */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
