import { answer } from '../harness/answer.js';
import { ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';

/** The leanest mail server: it takes every message, and remembers only how many. */
const server = await ScriptedSmtpServer.start();

answer({
  port: () => server.port,
  arrived: () => server.messages.length,
  reset: () => void server.messages.splice(0),
});
