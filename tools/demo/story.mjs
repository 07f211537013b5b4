import { Inbox } from './inbox.mjs';
import { postMessage, waitUntil } from './messages.mjs';
import { ensureConnection, ensureSender, ensureTemplate, SENDER, TEMPLATE } from './resources.mjs';
import { openTenant } from './tenant.mjs';

const RECIPIENT = 'ada@example.com';

/**
 * Sends a first email as a customer would, and tells what happened.
 *
 * @param {Record<string, string>} environment
 * @param {(line: string) => void} say
 * @returns {Promise<import('./api.mjs').Api>} the API as the demo's tenant
 */
export async function tellStory(environment, say) {
  const inbox = new Inbox(`http://localhost:${environment['SANDBOX_PORT']}`);
  const api = await openTenant(environment);
  say('\nThe story of a first message');
  say('  1. A tenant `demo` with an API key (outbell tenant create, outbell key create)');
  await ensureConnection(api, String(environment['SANDBOX_SMTP_PORT']));
  say('  2. An SMTP connection to the sandbox (POST /v1/connections), its credentials encrypted');
  await ensureSender(api, inbox);
  say(`  3. A sender ${SENDER} that read its code in the inbox (POST /v1/senders/:id/verify)`);
  await ensureTemplate(api);
  say(`  4. A template \`${TEMPLATE}\`, version 1 published (POST /v1/templates)`);
  const accepted = await sendWelcome(api);
  say(`  5. POST /v1/messages was answered 202: ${accepted.id}`);
  const message = await waitUntil(api, accepted.id, 'sent');
  const mail = await inbox.waitFor({ messageId: accepted.id });
  say(`  6. "${mail.subject}" lies in the inbox of ${RECIPIENT}`);
  say('\nIts timeline (GET /v1/messages/:id)');
  for (const line of timelineOf(message)) say(`  ${line}`);
  return api;
}

/** @param {import('./api.mjs').Api} api */
function sendWelcome(api) {
  const message = {
    channel: 'email',
    to: RECIPIENT,
    sender: SENDER,
    template: { name: TEMPLATE },
    variables: { name: 'Ada', product: 'Outbell' },
  };
  return postMessage(api, message);
}

/**
 * @typedef {{ at: string, type: string, attempt?: number, provider?: string, reason?: string, detail?: { reply?: string
 * } }} Event
 * @param {{ timeline: Event[] }} message
 */
function timelineOf(message) {
  return message.timeline.map(({ at, type, attempt, provider, reason, detail }) => {
    const first = type === 'attempt' ? `${attempt}, by ${provider}` : (reason ?? detail?.reply ?? '');
    return `${at.slice(11, 23)}  ${type.padEnd(10)} ${first}`.trimEnd();
  });
}

/**
 * @param {Record<string, string>} environment
 * @param {import('./api.mjs').Api} api
 * @param {(line: string) => void} say
 */
export function tellWhereToLook(environment, api, say) {
  const [sandbox, worker] = [environment['SANDBOX_PORT'], environment['WORKER_PORT']].map(
    (port) => `http://localhost:${port}`,
  );
  say(`
Look around
  Swagger   ${api.url}/docs
  Inbox     ${sandbox}/
  Health    ${api.url}/health     ${worker}/health
  Metrics   ${api.url}/metrics    ${worker}/metrics
  Logs      .outbell/logs/        settings: .outbell/env

The next message
  curl -sS ${api.url}/v1/messages \\
    -H 'Authorization: Bearer ${api.key}' \\
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s%N)" \\
    -d '{"channel":"email","to":"grace@example.com","sender":"${SENDER}","subject":"Hello","text":"Sent by curl."}'
By SMS, to a number that answers STOP (one that ends in 0101 fails; more of these:
apps/sandbox/README.md), the same with
    -d '{"channel":"sms","to":"+12015550102","sender":"+12015550100","text":"Sent by curl."}'`);
}
