import type { SMTPServer, SMTPServerSession } from 'smtp-server';
import type { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { SmtpRefusal } from './smtp-refusal.js';

/** The connection behind a session: smtp-server hands its handlers only the latter. */
export function connectionOf(server: SMTPServer, session: SMTPServerSession): SMTPConnection | undefined {
  for (const connection of server.connections) {
    if (connection.session === session) return connection;
  }
  return undefined;
}

/** Ends a connection in the middle of whatever it is doing, without a word or with these bytes as the last. */
export function cut(connection: SMTPConnection, saying?: string): void {
  if (saying === undefined) connection._socket.destroy();
  else connection._socket.end(saying);
}

/**
 * Has every DATA command of a connection ask first. smtp-server has no hook between the command and its 354, so that
 * the handler of the command is wrapped.
 *
 * @param ask resolves when the content may come; rejects with a refusal
 */
export function askBeforeData(connection: SMTPConnection, ask: () => Promise<void>): void {
  const accept = connection.handler_DATA.bind(connection);
  connection.handler_DATA = (command, callback) => {
    if (connection.session.envelope.rcptTo.length === 0) {
      accept(command, callback);
      return;
    }
    ask().then(
      () => accept(command, callback),
      (error: unknown) => {
        const refusal = error instanceof SmtpRefusal ? error : new SmtpRefusal(451, String(error));
        connection.send(refusal.responseCode, refusal.message);
        callback();
      },
    );
  };
}
