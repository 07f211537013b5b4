import type { Twilio } from 'twilio';
import { httpProvider } from '../http/http-provider.js';
import type { OutgoingSms } from '../provider.js';
import { measureSms } from '../sms/sms-segments.js';
import { refuseLong, sendByTwilio, TWILIO_ACCOUNT } from './twilio-client.js';
import { TWILIO_EXAMPLE, type TwilioCredentials } from './twilio.credentials.js';

/** SMS through Twilio. What a silence meant is told by its status callback, which carries our id. */
export const TwilioProvider = httpProvider<TwilioCredentials, OutgoingSms, Twilio>({
  ...TWILIO_ACCOUNT,
  providerName: 'twilio',
  channel: 'sms',
  example: { summary: 'Twilio', credentials: TWILIO_EXAMPLE },
  settings: { needs: { account_sid: 'TWILIO_ACCOUNT_SID', auth_token: 'TWILIO_AUTH_TOKEN' } },
  refuse: ({ text }) => refuseLong(text),

  async send(client, message, connection) {
    const { from, to, text } = message;
    const outcome = await sendByTwilio(client, message, { from, to, body: text }, connection);
    return outcome.kind === 'sent' ? { ...outcome, detail: { segments: measureSms(text).segments } } : outcome;
  },
});
