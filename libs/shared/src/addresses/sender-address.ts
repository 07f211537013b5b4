import type { Channel } from '../constants/channels.js';
import { InputError } from '../errors.js';
import { asAddress } from '../addresses.js';
import { normalizeEmail } from './email-address.js';

/** What the vendor's account owns may be a test number of no numbering plan: its shape is all that is asked for. */
const E164 = /^\+[1-9]\d{6,14}$/;

/** A number that a country's networks know, of 3 to 8 digits: `72345`. */
const SHORT_CODE = /^\d{3,8}$/;

/** Of GSM: 11 characters, as vendors take them, and with a letter, so that nobody takes it for a number. Spaces only within. */
const SMS_NAME = /^(?! )(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}(?<! )$/;

const APP = /^[a-z0-9._-]{1,100}$/;

type Check = (text: string, field: string) => string;

const NORMALIZE: Record<Channel, Check> = {
  email: normalizeEmail,
  sms: matching(
    (text) => E164.test(text) || SHORT_CODE.test(text) || SMS_NAME.test(text),
    'must be a telephone number in E.164, a short code of 3 to 8 digits, or a name of 1 to 11 letters, digits, spaces, - + _ & with a letter',
  ),
  whatsapp: matching((text) => E164.test(text), 'must be a telephone number in E.164'),
  voice: matching((text) => E164.test(text), 'must be a telephone number in E.164'),
  push: matching(
    (text) => APP.test(text),
    'must be the name of an app: 1 to 100 lower-case letters, digits, dots, hyphens or underscores',
  ),
};

/**
 * The one form in which a sender's address is stored. Of email an address; of SMS a number, a short code or a name, whose case is kept; of WhatsApp and
 * voice a number; of push, where the vendor's account is the sender, the name that the tenant has for its app.
 *
 * @throws {InputError} naming `field`
 */
export function normalizeSender(channel: Channel, text: string, field = 'address'): string {
  return asAddress(() => NORMALIZE[channel](text, field));
}

function matching(matches: (text: string) => boolean, fault: string): Check {
  return (text, field) => {
    if (!matches(text)) throw InputError.of(field, fault);
    return text;
  };
}
