import { domainToASCII, domainToUnicode } from 'node:url';
import { InputError } from '../errors.js';
import { isDeceptive } from './deceptive-domain.js';

// RFC 5321: 64 octets before the @, 254 for the whole.
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;

/** Letters, digits and marks that need no quotes (RFC 5322 dot-atom). */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(${LABEL}\\.)+(?![0-9]+$)${LABEL}$`);

/** Lower-case ASCII that is its own punycode and no number: most domains, and the dear look at letters is spared. */
const PLAIN_DOMAIN = new RegExp(`^(?!.*xn--)(${LABEL}\\.)+(?=[a-z])${LABEL}$`);

/**
 * Letters, digits, dots and hyphens; what RFC 5892 lets stand beside certain letters; and signs such as ❤, which some
 * registries sell.
 */
const OF_NAMES = new RegExp(
  String.raw`^(?:[\p{L}\p{M}\p{N}\p{Extended_Pictographic}.\u0375\u05f3\u05f4-]|[\u200c\u200d]|` +
    String.raw`(?<=l)\u00b7(?=l)|\u30fb(?=.*[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]))+$`,
  'iu',
);

/** Punycode that does not decode: Node 24 leaves such a label as it is, where 22 answers nothing for the whole name. */
const UNDECODED = /(^|\.)xn--/;

/** Control and format characters: line breaks, NUL, bidi marks, zero-width joiners. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * One email address, in lower case, its domain in ASCII (punycode).
 *
 * The part before the @ is lower-cased too: no mail system in use tells `Ann@` from `ann@`, and an unsubscribed address
 * must stay so however it is written. Quoted and non-ASCII local parts are refused: few servers take them, and they
 * hide separators and look-alikes.
 */
export function normalizeEmail(text: string, field: string): string {
  const fault = shapeFault(text);
  if (fault !== undefined) throw InputError.forField(field, fault);
  const at = text.indexOf('@');
  const local = text.slice(0, at).toLowerCase();
  if (local.length > MAX_LOCAL) throw InputError.forField(field, `has more than ${MAX_LOCAL} characters before the @`);
  if (!LOCAL.test(local))
    throw InputError.forField(field, 'is not a plain email address: the part before the @ holds what needs quotes');
  const address = `${local}@${normalizeDomain(text.slice(at + 1), field)}`;
  if (address.length > MAX_ADDRESS) throw InputError.forField(field, `is longer than ${MAX_ADDRESS} characters`);
  return address;
}

/** Mistakes worth a sentence of their own. */
function shapeFault(text: string): string | undefined {
  if (text === '') return 'must not be empty';
  if (text.length > MAX_ADDRESS) return `is longer than ${MAX_ADDRESS} characters`;
  if (INVISIBLE.test(withoutJoiners(text)))
    return 'holds characters that cannot be seen (line breaks, control or direction marks)';
  if (/[<>]/.test(text)) return 'must be the bare address, without a name or <>';
  if (/[,;:]/.test(text)) return 'must be one address: send one message per recipient';
  if (/\s/.test(text)) return 'must not hold spaces';
  if (text.split('@').length !== 2) return 'must hold exactly one @';
  return undefined;
}

/**
 * Without those that Persian and Indic names need in a domain (RFC 5892, appendix A): whether they may stand there is
 * IDNA's to say.
 */
function withoutJoiners(text: string): string {
  const at = text.indexOf('@') + 1;
  return at === 0 ? text : text.slice(0, at) + text.slice(at).replace(/[\u200c\u200d]/g, '');
}

function normalizeDomain(domain: string, field: string): string {
  if (PLAIN_DOMAIN.test(domain)) return domain;
  // domainToASCII also undoes %-escapes and reads numbers as IPv4 addresses: only what names are made of comes near it.
  const ascii = OF_NAMES.test(domain) ? domainToASCII(domain.toLowerCase()) : '';
  const unicode = domainToUnicode(ascii);
  if (!DOMAIN.test(ascii) || UNDECODED.test(unicode) || domainToASCII(unicode) !== ascii) {
    throw InputError.forField(field, 'has no valid domain after the @, such as example.com');
  }
  if (isDeceptive(domain, unicode)) {
    throw InputError.forField(field, 'has a domain whose letters imitate those of another script');
  }
  return ascii;
}
