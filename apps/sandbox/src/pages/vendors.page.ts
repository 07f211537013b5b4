import type { ReceiptSetting } from '../receipts/receipt-targets.service.js';
import { html, type Html } from '@outbell/shared/html.js';
import { layout } from './layout.js';
import { VENDOR_GUIDE } from './vendor-guide.js';

const MAILBOXES = [
  ['bounce@…', 'sent, bounced'],
  ['soft-bounce@…', 'sent, deferred, bounced for now'],
  ['deferred@…', 'sent, deferred, delivered'],
  ['complaint@…', 'sent, delivered, complained'],
  ['unsubscribe@…', 'sent, delivered, unsubscribed'],
  ['open@…, click@…', 'sent, delivered, opened, clicked'],
  ['silent@…', 'nothing'],
] as const;

const NUMBERS = [
  ['…0101', 'sent, failed'],
  ['…0102', 'sent, delivered, then the recipient writes STOP'],
  ['…0103', 'nothing'],
  ['…0104', 'sent, delivered, read (WhatsApp)'],
] as const;

/** Where each vendor is, what it takes, and what it reports of whom. */
export function vendorsPage(url: string, settings: readonly ReceiptSetting[]): string {
  const rows = Object.entries(VENDOR_GUIDE).map(([vendor, { name, path, credentials, refuses }]) => {
    const setting = settings.find((one) => one.vendor === vendor);
    const target = setting?.url ?? (setting ? 'where the message says, or nowhere' : 'reports nothing');
    return html`<tr>
      <th scope="row">${name}</th>
      <td><code>${url}${path}</code></td>
      <td>${credentials}</td>
      <td>${refuses}</td>
      <td>${target}</td>
    </tr>`;
  });
  return layout(
    'Vendors',
    html`<article class="mail guide">
      <h1>Vendors</h1>
      <div class="scroll" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Vendor</th>
              <th scope="col">base_url</th>
              <th scope="col">Takes</th>
              <th scope="col">Refuses</th>
              <th scope="col">Reports to</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
      <p class="hint">Credentials with “wrong” in them are refused by all of them.</p>
      <h2>What is reported of whom</h2>
      ${stories('Mail, by what stands before the @', MAILBOXES)}
      ${stories('Numbers, by their last four digits', NUMBERS)}
      <p class="hint">Of everybody else: sent, delivered. A message’s own page reports anything at any time.</p>
    </article>`,
  );
}

function stories(caption: string, rows: readonly (readonly [string, string])[]): Html {
  const lines = rows.map(
    ([who, what]) =>
      html`<tr>
        <th scope="row"><code>${who}</code></th>
        <td>${what}</td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}
