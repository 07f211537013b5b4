import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '@outbell/shared/config/config.schema.js';
import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from 'smtp-server';
import { listenError, LOOPBACK } from '../../http/loopback.js';
import { askBeforeData, connectionOf, cut } from './smtp-connections.js';
import { SmtpReception, type Transaction } from './smtp-reception.service.js';

/** Largest mail taken, in bytes, as the SIZE extension announces it. */
const MAX_MAIL_BYTES = 32 * 1024 * 1024;

/**
 * The mail server, on loopback. Any user and password are right. STARTTLS is not announced, because clients would then
 * use it and rightly refuse the expired certificate that smtp-server brings; one that demands it and verifies nothing
 * gets it.
 */
@Injectable()
export class SmtpListener implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SmtpListener.name);
  private readonly server: SMTPServer;

  constructor(
    private readonly config: Config,
    private readonly reception: SmtpReception,
  ) {
    this.server = this.createServer();
    // A client that leaves in the middle; the transaction tells the ledger.
    this.server.on('error', (error) => this.logger.debug(error.message));
  }

  /** The port it listens on: differs from the setting if that is 0. */
  port = 0;

  async onApplicationBootstrap(): Promise<void> {
    const { SANDBOX_SMTP_PORT: port } = this.config.values;
    const listener = this.server.listen(port, LOOPBACK);
    try {
      await once(listener, 'listening');
    } catch (error) {
      throw listenError('SANDBOX_SMTP_PORT', port, error);
    }
    this.port = (listener.address() as AddressInfo).port;
  }

  /** Nobody waits for a sandbox: clients see their connections cut, as when a real server goes away. */
  async onApplicationShutdown(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(resolve));
    this.server.connections.forEach((connection) => cut(connection));
    await closed;
  }

  private createServer(): SMTPServer {
    const { reception } = this;
    return new SMTPServer({
      name: 'sandbox.outbell.test',
      banner: 'Outbell sandbox',
      size: MAX_MAIL_BYTES,
      disableReverseLookup: true,
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      authOptional: true,
      onAuth: ({ username }, _session, done) => done(null, { user: username ?? 'anonymous' }),
      onConnect: (session, done) => settle(this.admit(session), done),
      onMailFrom: (address, session, done) =>
        settle(reception.pass('mail', this.transactionOf(session, { from: address })), done),
      onRcptTo: (address, session, done) =>
        settle(reception.pass('rcpt', this.transactionOf(session, { to: [address] })), done),
      onData: (stream, session, done) => settle(reception.receive(stream, this.transactionOf(session)), done),
    });
  }

  private async admit(session: SMTPServerSession): Promise<void> {
    const connection = connectionOf(this.server, session);
    if (connection) askBeforeData(connection, () => this.reception.pass('data', this.transactionOf(session)));
    await this.reception.pass('connect', this.transactionOf(session));
  }

  private transactionOf(
    session: SMTPServerSession,
    { from, to }: { from?: SMTPServerAddress; to?: SMTPServerAddress[] } = {},
  ): Transaction {
    const { mailFrom, rcptTo } = session.envelope;
    return {
      from: (from ?? (mailFrom || undefined))?.address ?? '',
      to: (to ?? rcptTo).map(({ address }) => address),
      cut: (saying) => {
        const connection = connectionOf(this.server, session);
        if (connection) cut(connection, saying);
      },
    };
  }
}

/** Hands what becomes of a promise to a callback of smtp-server. */
function settle<T>(promise: Promise<T>, done: (error?: Error | null, value?: T) => void): void {
  promise.then(
    (value) => done(null, value),
    (error: unknown) => done(error as Error),
  );
}
