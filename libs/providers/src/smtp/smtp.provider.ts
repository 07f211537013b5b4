import type net from 'node:net';
import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import nodemailer from 'nodemailer';
import type {
  Mail,
  MailMessage,
  NodemailerError,
  SendMailOptions,
  SMTPPoolOptions,
  SMTPPoolSentMessageInfo,
  SMTPTransportOptions,
} from 'nodemailer';
import type { Detail, Outcome } from '@outbell/shared/outcome.js';
import { bounceMailCallbacks } from '../bounce-mail/bounce-mail.callbacks.js';
import { InFlight } from '../in-flight.js';
import { reasonOfNetworkFault } from '../network-fault.js';
import { AddressNotAllowedError, OutboundGuard } from '../outbound-guard.js';
import type { OutgoingEmail, Provider, ProviderOptions, Verification } from '../provider.js';
import { unsafeHeader } from '../email/header-safety.js';
import { relayIdIn } from '../bounce-mail/relay-id.js';
import { DEFAULT_MAX_CONNECTIONS, SMTP_EXAMPLE, SMTP_SETTINGS, SmtpCredentials } from './smtp.credentials.js';
import { recordable, wordsOf } from '../callbacks/reply-text.js';
import { enhancedCode, meaningOf } from './smtp.errors.js';

/**
 * Connecting, greeting and encryption together take at most this long, in ms: the rest of a call's time is the
 * message's.
 */
const CONNECT_TIMEOUT_MS = 15_000;

/** Servers end idle sessions after 10 s and more. Leaving first avoids writing into a session that is already gone. */
const IDLE_TIMEOUT_MS = 8_000;

/** How long a server that was told goodbye may keep its side open, in ms. */
const CLOSE_TIMEOUT_MS = 1_000;

const MESSAGES_PER_CONNECTION = 500;

type Failure = Exclude<Outcome, { kind: 'sent' }>;

/** A message on its way, with the one fact that decides what a silence means. */
interface Handover {
  /** The message was read to its end: the final dot may have been written. */
  complete: boolean;
  /** `performance.now()` after which its content is not begun any more. */
  beginBefore: number;
}

/**
 * Any mail server, by SMTP (RFC 5321). A server knows no idempotency key and tells nothing afterwards, so it matters
 * when a call breaks. Until the message has been read to its end the final dot cannot have been written, and without it
 * nothing is delivered: `retry`. From then on a missing reply is `unknown`.
 */
export class SmtpProvider implements Provider {
  static readonly providerName = 'smtp';
  static readonly channel = 'email';
  static readonly Credentials = SmtpCredentials;
  static readonly example = { summary: 'A mail server', credentials: SMTP_EXAMPLE };
  static readonly settings = SMTP_SETTINGS;
  static readonly callbacks = bounceMailCallbacks;

  static concurrency(credentials: SmtpCredentials): number {
    return credentials.max_connections ?? DEFAULT_MAX_CONNECTIONS;
  }

  private readonly guard: OutboundGuard;
  private readonly pool: Mail<SMTPPoolSentMessageInfo, SMTPPoolOptions>;
  private readonly inFlight = new InFlight();

  constructor(
    private readonly credentials: SmtpCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.guard = new OutboundGuard(options.outboundAllow, credentials.security === 'none' ? 'listed' : 'public');
    this.pool = nodemailer.createTransport({
      ...this.transportOptions(),
      pool: true,
      maxConnections: SmtpProvider.concurrency(credentials),
      maxMessages: MESSAGES_PER_CONNECTION,
      // Nodemailer repeats only what it had not begun to write, such as on an idle connection the server had left.
      maxRequeues: 1,
      idleTimeout: IDLE_TIMEOUT_MS,
    });
    this.pool.use('stream', watchHandover);
  }

  /** One SMTP transaction for one recipient. Ends within `sendTimeoutMs`, whatever the server does. */
  send(message: OutgoingEmail): Promise<Outcome> {
    const unsafe = unsafeHeader(message);
    if (unsafe) return Promise.resolve({ kind: 'rejected', reason: unsafe });
    return this.inFlight.track(this.call(message));
  }

  /** Connects, encrypts and signs in, on a connection of its own. */
  async verify(): Promise<Verification> {
    let socket: net.Socket | undefined;
    const single = nodemailer.createTransport(this.transportOptions((opened) => (socket = opened)));
    const timer = setTimeout(() => socket?.destroy(timeoutError()), this.options.sendTimeoutMs);
    try {
      await single.verify();
      return { ok: true };
    } catch (error) {
      const { reason, detail } = this.classify(asError(error), NOTHING_HANDED_OVER, this.secrets());
      const seen = detail?.['reply'] ?? detail?.['help'] ?? detail?.['code'];
      return { ok: false, reason: seen === undefined ? reason : `${reason}: ${seen}` };
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.pool.close();
  }

  private async call(message: OutgoingEmail): Promise<Outcome> {
    const handover: Handover = { complete: false, beginBefore: performance.now() + this.options.sendTimeoutMs };
    const secret = [...this.secrets(), ...wordsOf(message.to)];
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.options.sendTimeoutMs);
    try {
      const mail = { ...mailOf(message), signal: deadline.signal, handover };
      const { response, messageId } = await this.pool.sendMail(mail);
      const detail = { reply: recordable(response, secret) };
      // A server that accepts what it has not got yet says nothing about the rest.
      if (!handover.complete) return { kind: 'unknown', reason: 'unreadable_reply', detail };
      return { kind: 'sent', providerMessageId: relayIdIn(response, messageId) ?? messageId, detail };
    } catch (error) {
      return this.classify(asError(error), handover, secret, message.to);
    } finally {
      clearTimeout(timer);
    }
  }

  private classify(error: NodemailerError, handover: Handover, secret: string[], recipient?: string): Failure {
    if (error instanceof AddressNotAllowedError) {
      return { kind: 'rejected', reason: 'address_not_allowed', detail: { help: error.message } };
    }
    const { response, responseCode: code, command: stage = 'CONN' } = error;
    const cause = error.originalCode ?? error.code ?? 'ECONNECTION';
    const detail: Detail = { code: cause, stage };
    if (response) detail['reply'] = recordable(response, secret);
    if (code !== undefined && code >= 400 && code < 600) {
      const reply = { code, stage, enhanced: enhancedCode(response ?? ''), text: response, recipient };
      return { ...meaningOf(reply), detail };
    }
    // Something that is no reply of SMTP came where the verdict on the message was due.
    if (error.code === 'EMESSAGE' && response) return { kind: 'unknown', reason: 'unreadable_reply', detail };
    if (handover.complete) return { kind: 'unknown', reason: 'no_reply_after_data', detail };
    return { kind: 'retry', reason: reasonOfNetworkFault(cause, error.code), detail };
  }

  private transportOptions(onSocket?: (socket: net.Socket) => void): SMTPTransportOptions {
    const { host, port, security, username, password, ca } = this.credentials;
    const connectTimeout = Math.min(CONNECT_TIMEOUT_MS, this.options.sendTimeoutMs);
    return {
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
      ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' }, forceAuth: true }),
      // The socket is opened here, by address, and the name in `host` is what the certificate is verified against.
      getSocket: (_options, done) => {
        this.guard.connect(host, port, connectTimeout).then((connection) => {
          onSocket?.(connection);
          done(null, { connection });
        }, done);
      },
      connectionTimeout: connectTimeout,
      greetingTimeout: connectTimeout,
      socketTimeout: this.options.sendTimeoutMs,
      socketCloseTimeout: CLOSE_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  /** Lists what a server might quote back and nobody may read. */
  private secrets(): string[] {
    const { username, password } = this.credentials;
    if (username === undefined || password === undefined) return [];
    return [username, password, `\0${username}\0${password}`].flatMap((word) => [
      word,
      Buffer.from(word).toString('base64'),
    ]);
  }
}

function mailOf(message: OutgoingEmail): SendMailOptions {
  const { from, to, subject, text, html, headers, messageId } = message;
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    from: { name: from.name ?? '', address: from.address },
    to: { name: '', address: to },
    envelope: { from: from.address, to },
    messageId: `<${messageId}@${domainToASCII(domain) || domain}>`,
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    headers,
    xMailer: false,
  };
}

const NOTHING_HANDED_OVER: Handover = { complete: false, beginBefore: Infinity };

/**
 * A nodemailer plugin. The stream it gives is the one nodemailer writes to the server, with the final dot after its
 * end.
 */
function watchHandover(mail: MailMessage, done: () => void): void {
  const { handover } = mail.data as SendMailOptions & { handover: Handover };
  mail.message.processFunc((stream) =>
    Readable.from(inTime(stream, handover)).once('end', () => (handover.complete = true)),
  );
  done();
}

/**
 * The content, unless its time is over when the server asks for it. A process that stood still wakes to what the server
 * has said meanwhile, and only then to the timer that ends the call.
 */
async function* inTime(content: AsyncIterable<Buffer>, { beginBefore }: Handover): AsyncGenerator<Buffer> {
  if (performance.now() > beginBefore) throw timeoutError();
  yield* content;
}

function asError(error: unknown): NodemailerError {
  return error instanceof Error ? error : new Error(String(error));
}

function timeoutError(): Error {
  return Object.assign(new Error('the server did not finish in time'), { code: 'ETIMEDOUT' });
}
