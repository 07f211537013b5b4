import type { ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';

/** The ids of the messages a mail server has taken, in the order it took them, each as often as it did. */
export function takenBy(server: ScriptedSmtpServer): string[] {
  return server.messages.map((source) => /^Message-ID: <([^@]+)@/m.exec(source)?.[1] ?? 'without id');
}
