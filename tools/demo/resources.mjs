import { keep, readKept } from './kept.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./inbox.mjs').Inbox} Inbox */

export const SENDER = 'hello@demo.example';
export const TEMPLATE = 'welcome';

/**
 * The SMTP connection to the sandbox.
 *
 * @param {Api} api
 * @param {string} smtpPort
 */
export async function ensureConnection(api, smtpPort) {
  const credentials = { host: '127.0.0.1', port: Number(smtpPort), security: 'none' };
  const found = (await all(api, '/v1/connections')).find(({ name }) => name === 'sandbox');
  if (!found) {
    await api.post('/v1/connections', { channel: 'email', provider: 'smtp', name: 'sandbox', credentials });
  } else if (readKept().smtpPort !== smtpPort) {
    await api.patch(`/v1/connections/${found.id}`, { credentials });
  }
  keep({ smtpPort });
}

/**
 * A sender that proved it reads its own mail.
 *
 * @param {Api} api
 * @param {Inbox} inbox
 */
export async function ensureSender(api, inbox) {
  const found = (await all(api, '/v1/senders')).find(({ address }) => address === SENDER);
  if (found?.status === 'verified') return;
  const { id } = found ?? (await api.post('/v1/senders', { channel: 'email', address: SENDER, name: 'Outbell demo' }));
  if (found) await api.post(`/v1/senders/${id}/resend-code`);
  const mail = await inbox.waitFor({ to: SENDER });
  const code = /\b\d{6}\b/.exec(mail.text)?.[0];
  if (!code) throw new Error(`The verification mail holds no code:\n${mail.text}`);
  await api.post(`/v1/senders/${id}/verify`, { code });
}

/** @param {Api} api */
export async function ensureTemplate(api) {
  const found = (await all(api, '/v1/templates')).find(({ name }) => name === TEMPLATE);
  const { id } =
    found ??
    (await api.post('/v1/templates', {
      name: TEMPLATE,
      channel: 'email',
      subject: 'Welcome, {{name}}',
      html: '<h1>Welcome, {{name}}</h1><p>This is the first message of your <b>{{product}}</b>.</p>',
    }));
  if (!found?.published_version) await api.post(`/v1/templates/${id}/publish`, { version: 1 });
}

/**
 * The whole of a list: the demo makes few of each, somebody who plays with it may have made more.
 *
 * @param {Api} api
 * @param {string} path
 * @returns {Promise<any[]>}
 */
export async function all(api, path) {
  const rows = [];
  let cursor = '';
  do {
    const page = await api.get(`${path}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    rows.push(...page.data);
    cursor = page.next_cursor ?? '';
  } while (cursor);
  return rows;
}
