import { type Harness, providerContract, type Stage } from '../provider.contract.js';
import { email, RECIPIENT } from '../testing/outgoing-email.js';
import { providerFor } from './testing/smtp-provider-for.js';
import { type Act, hang, reset, say, type Script, ScriptedSmtpServer } from './testing/scripted-smtp-server.js';

const TIMEOUT_MS = 1_500;
const USERNAME = 'mailer-canary';
const PASSWORD = 'canary pass=word';
const AUTH_PLAIN = Buffer.from(`\0${USERNAME}\0${PASSWORD}`).toString('base64');
const SECRETS = [RECIPIENT, 'jane.canary', USERNAME, PASSWORD, AUTH_PLAIN, Buffer.from(PASSWORD).toString('base64')];

/** The scripted server in the roles of the contract. */
const harness: Harness = {
  timeoutMs: TIMEOUT_MS,
  async start(behaviour): Promise<Stage> {
    let answer = (): void => undefined;
    const answerLater: Act = (socket) => (answer = () => socket.write('250 2.0.0 taken at last\r\n'));
    const scripts: Record<typeof behaviour, Script> = {
      'takes everything': {},
      'refuses for good': { rcpt: say('550 5.1.1 no such user') },
      'refuses for now': { rcpt: say('451 4.3.0 try later') },
      'refuses and quotes address and credentials': { rcpt: say(`550 5.7.1 <${RECIPIENT}> no: ${SECRETS.join(' ')}`) },
      'hangs before the message': { mail: hang },
      'hangs after the message': { dot: hang },
      'resets before the message': { data: reset },
      'resets after the message': { dot: reset },
      'answers garbage': { dot: say(`garbage for ${RECIPIENT}`) },
      'hangs on the first, takes the others': {},
      'answers only when told': { dot: answerLater },
    };
    const signIn: Script = { ehlo: say('250-scripted', '250-AUTH PLAIN', '250 8BITMIME') };
    const server = await ScriptedSmtpServer.start((connection) => {
      const hangs = behaviour === 'hangs on the first, takes the others' && connection === 0;
      return { ...signIn, ...(hangs ? { dot: hang } : scripts[behaviour]) };
    });
    const provider = providerFor(server.port, { username: USERNAME, password: PASSWORD }, TIMEOUT_MS);
    return {
      provider,
      message: () => email(),
      taken: () => server.messages.length,
      answer: () => answer(),
      secrets: SECRETS,
      stop: async () => {
        await provider.close();
        await server.stop();
      },
    };
  },
};

providerContract('smtp', harness);
