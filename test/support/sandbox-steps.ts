import nodemailer from 'nodemailer';
import type { SMTPTransportOptions } from 'nodemailer';
import type { RunningSandbox } from '../../apps/sandbox/src/start-sandbox.js';

interface Seen {
  messageId: string;
  to?: string;
  html?: string;
  text?: string;
}

/** What specs of the sandbox do over and over. @param sandbox the one of the moment */
export function sandboxSteps(sandbox: () => RunningSandbox) {
  async function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(`${sandbox().url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, headers: answer.headers, text, body: json ? JSON.parse(text) : undefined };
  }

  function faults(...list: object[]) {
    return api('PUT', '/api/faults', list);
  }

  /** Sends one mail by a real client; its error, if any, is the answer. */
  async function send(seen: Seen, options: SMTPTransportOptions = {}) {
    const { messageId, to = 'ann@example.org', html, text = 'hello' } = seen;
    const client = nodemailer.createTransport({
      host: '127.0.0.1',
      port: sandbox().smtpPort,
      ignoreTLS: true,
      ...options,
    });
    const mail = { from: 'Acme <shop@acme.test>', to, subject: 'Grüße', messageId: `<${messageId}@acme.test>`, text };
    try {
      return await client.sendMail({ ...mail, ...(html === undefined ? {} : { html }) });
    } catch (error) {
      return error as Error & { responseCode?: number; response?: string; command?: string; code?: string };
    } finally {
      client.close();
    }
  }

  async function ledgerOf(messageId: string) {
    return (await api('GET', `/api/ledger?messageId=${messageId}`)).body.data;
  }

  /** The newest entry: of calls that ended before they told an id. */
  async function lastEntry() {
    return (await api('GET', '/api/ledger?limit=10000')).body.data.at(-1);
  }

  async function inboxIds(): Promise<string[]> {
    return (await api('GET', '/api/messages')).body.data.map((mail: { message_id: string }) => mail.message_id);
  }

  return { api, faults, send, ledgerOf, lastEntry, inboxIds };
}
