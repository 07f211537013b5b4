import type { Client } from '@sendgrid/client';
import type { MailService } from '@sendgrid/mail';
import { refuseEmail } from '../email/email-size.js';
import { asciiDomain } from '../email/mailbox.js';
import { httpProvider } from '../http/http-provider.js';
import { LONGEST_ANSWER } from '../http/http-request.js';
import { isVendorId, unanswered, unreadable } from '../http/http-verdict.js';
import type { VendorAgents } from '../http/vendor-agents.js';
import { fieldsOf } from '../json.js';
import type { OutgoingEmail } from '../provider.js';
import { sendGridCallbacks } from './sendgrid.callbacks.js';
import { SENDGRID_URL, SendGridCredentials } from './sendgrid.credentials.js';
import { sendGridVerdict } from './sendgrid.errors.js';

/** All in all. */
const LARGEST_MB = 30;

/**
 * SendGrid. Knows no idempotency key: a silence is resolved by its event webhook, which carries our message id as a
 * custom argument.
 */
export const SendGridProvider = httpProvider<SendGridCredentials, OutgoingEmail, SendGrid>({
  providerName: 'sendgrid',
  channel: 'email',
  Credentials: SendGridCredentials,
  example: { summary: 'SendGrid', credentials: { api_key: 'SG.an-example' } },
  settings: { needs: { api_key: 'SENDGRID_API_KEY' }, takes: { webhook_public_keys: 'SENDGRID_WEBHOOK_PUBLIC_KEYS' } },
  callbacks: sendGridCallbacks,
  concurrency: 50,
  open: ({ credentials, agents }) => load(credentials, agents),
  refuse: (message) => refuseEmail(message, LARGEST_MB),

  async send({ mail }, message) {
    const [answer] = await mail.send(mailOf(message));
    if (answer.statusCode !== 202) return unreadable(answer.statusCode);
    const id = (answer.headers as Record<string, unknown>)['x-message-id'];
    return { kind: 'sent', providerMessageId: isVendorId(id) ? id : undefined };
  },

  /** Asks what the key may do. */
  async verify({ client }) {
    const [{ body }] = await client.request({ method: 'GET', url: '/v3/scopes' });
    const { scopes } = fieldsOf(body);
    const maySend = !Array.isArray(scopes) || scopes.includes('mail.send');
    return maySend ? { ok: true } : { ok: false, reason: 'authentication_failed' };
  },

  failureOf: (failure) => sendGridVerdict(failure.cause) ?? unanswered(failure),
});

interface SendGrid {
  client: Client;
  mail: MailService;
}

/** Classes of the modules that their types leave out. */
interface SendGridClasses {
  Client: new () => Client;
  MailService: new () => MailService;
}

/** A client of this connection's own: the SDK's common one would send with the key that was set last. */
async function load({ api_key: key, base_url: url }: SendGridCredentials, agents: VendorAgents): Promise<SendGrid> {
  const modules = await Promise.all([import('@sendgrid/client'), import('@sendgrid/mail')]);
  const [{ Client }, { MailService }] = modules as unknown as [SendGridClasses, SendGridClasses];
  const client = new Client();
  client.setDefaultHeader('Authorization', `Bearer ${key}`);
  client.setDefaultRequest(axiosOptions(url ?? SENDGRID_URL, agents));
  const mail = new MailService();
  mail.setClient(client);
  return { client, mail };
}

type ClientRequest = Parameters<Client['createRequest']>[0];

/** Makes the options of axios, which else takes a proxy from the environment and sends the key after redirects. */
function axiosOptions(baseUrl: string, agents: VendorAgents): ClientRequest {
  return {
    url: '',
    baseUrl,
    httpAgent: agents.http,
    httpsAgent: agents.https,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: LONGEST_ANSWER,
  } as ClientRequest;
}

type SendGridMail = Parameters<MailService['send']>[0];

interface Part {
  type: string;
  value: string;
}

function mailOf({ from, to, subject, text, html, headers, messageId }: OutgoingEmail): SendGridMail {
  return {
    from: { email: asciiDomain(from.address), ...(from.name && { name: from.name }) },
    subject,
    content: contentOf(text, html),
    headers,
    // SendGrid's OpenAPI takes custom arguments for the text of JSON anywhere but here.
    personalizations: [{ to: { email: asciiDomain(to) }, customArgs: { message_id: messageId } }],
  };
}

/** The parts that are not empty: SendGrid refuses others, and a mail of pictures alone has no text. */
function contentOf(text: string, html = ''): [Part, ...Part[]] {
  const plain = { type: 'text/plain', value: text };
  if (html === '') return [plain];
  const rich = { type: 'text/html', value: html };
  return text === '' ? [rich] : [plain, rich];
}
