import { domainToASCII } from 'node:url';
import { isOfAnotherMatter, saysAddressIsDead } from './status-codes.js';

export interface AddressEvidence {
  /** What the server said, and what else was: lower case, with addresses and names. */
  said: readonly string[];
  /** All of it, with addresses as `@`. */
  words: string;
  /** Whether words that are known call the address dead, and not only a code. */
  inWords: boolean;
  /** Whether it is the domain that is called dead. */
  ofDomain: boolean;
  /** Of RFC 3463, in the server's own reply. */
  codes: readonly string[];
  /** Of RFC 3463, in the report's field. */
  status: string | undefined;
  /** Of the dialogue, as far as it is told. */
  stage: string | undefined;
  /** Where it was to go. */
  domain: string | undefined;
}

/**
 * Tells whether an address that is called dead is: by one of the codes that say so, or by words, unless something
 * speaks against it. That is a code of another matter in the server's own reply; words after the message was sent,
 * where filters say the same of addresses that are alive; and the name of another host that DNS does not know.
 */
export function isSureOfAddress(evidence: AddressEvidence): boolean {
  const { said, words, inWords, ofDomain, codes, status, stage } = evidence;
  if (SURE_UNDER_ANY_CODE.test(words) || isUnknownToMicrosoft([...said, `@${evidence.domain}`])) return true;
  const own = codes.length > 0 ? codes : status === undefined ? [] : [status];
  const others = own.filter((code) => isOfAnotherMatter(code) && !(ofDomain && OF_ROUTING.test(code)));
  if (others.length > 0) return stage === 'rcpt to' && others.every(isOfPolicy) && SURE_UNDER_A_POLICY.test(words);
  if (ofDomain && namesAnother(evidence)) return false;
  if ([...codes, status].some((code) => code !== undefined && saysAddressIsDead(code))) return true;
  if (!inWords) return false;
  if (ofDomain) return namesDomain(evidence);
  return stage === undefined || stage === 'rcpt to' || SURE_AFTER_THE_MESSAGE.some((known) => known.test(words));
}

/**
 * Hotmail's words for an unknown user; elsewhere they are those of RFC 5321 for a bare 550, which may be a rule as
 * well.
 */
export function isUnknownToMicrosoft(said: readonly string[]): boolean {
  return (
    said.some((text) => /\b550 (?:5\.5\.0 )?requested action not taken: mailbox unavailable/.test(text)) &&
    said.some((text) => /[.@](?:hotmail|live|msn|outlook)\.[a-z]/.test(text))
  );
}

/** A domain that DNS does not know is reported as "unable to route", and so by Exchange. */
const OF_ROUTING = /^5\.4\.(?:4|310)$/;

function isOfPolicy(code: string): boolean {
  return code.startsWith('5.7.');
}

/** Some servers call an unknown user a matter of policy: believed in answer to RCPT TO, and in these words only. */
const SURE_UNDER_A_POLICY = new RegExp(
  String.raw`no such user|user unknown|unknown user|non-?existent user|user (?:mail-?box )?not found|` +
    String.raw`no mailbox (?:here by that name|found)|invalid recipient`,
);

/**
 * Exchange Online of an address that the domain's directory does not have; without this code Postfix says so of rules.
 */
const SURE_UNDER_ANY_CODE = /\b5\.4\.1 (?:\S{0,2}@\S{0,2} )?recipient address rejected: access denied/;

/** What is said so by the server that keeps the mailbox, at whatever stage. */
const SURE_AFTER_THE_MESSAGE = [
  // Yahoo and AOL.
  /this user doesn't have an? [\w.-]+ account/,
  // Hotmail.
  /mailbox unavailable \([\w:-]+\)/,
  // Messagelabs.
  /542 @ rejected/,
  // Orange and La Poste.
  /destinataire invalide/,
  // KDDI: without the address, a filter said so.
  /550 <@>: user unknown/,
  // Postfix.
  /user unknown in (?:local|virtual|relay) \w+ table/,
  // Mail.ru.
  /invalid mailbox\. local mailbox @ is unavailable: user not found/,
  // The program that puts mail into a mailbox.
  /\bmail\.local: unknown user/,
];

const NAME = String.raw`(?:[\p{L}\p{N}_-]{1,63}\.){1,9}\p{L}[\p{L}\p{N}_-]{1,62}`;

/** How it is said of a name that DNS does not know it: before the name, or after it. */
const BEFORE =
  String.raw`\bname=|name server: |(?:lookup (?:of|for|failed for)|any host named|resolve(?: host| domain| mx)?|` +
  String.raw`gateway for|(?:unknown|no such) (?:host|domain)):? ["'<]?`;
const AFTER =
  String.raw`["'>)]*[.:]? (?:\(smtp\)\.\.\. )?(?:5\d\d )?(?:is )?` +
  String.raw`(?:(?:host|domain)(?: name)? (?:unknown|not found|does not exist)|unknown (?:host|domain)|` +
  String.raw`no such (?:host|domain)|does not exist|not found|could not be resolved)`;
const UNRESOLVED = new RegExp(`(?:${BEFORE})(?<before>${NAME})|(?:^|[\\s:"'<(])(?<after>${NAME})${AFTER}`, 'gu');

/** Tells whether another host is not found: by the server's words; by those around them only where it names none. */
function namesAnother({ said, domain }: AddressEvidence): boolean {
  const names = said.map(unresolvedNames).find((found) => found.length > 0) ?? [];
  return names.length > 0 && !names.some((name) => isSame(name, domain));
}

function unresolvedNames(text: string): string[] {
  return [...text.matchAll(UNRESOLVED)].flatMap(({ groups }) => groups?.['before'] ?? groups?.['after'] ?? []);
}

/**
 * Tells whether it is the recipient's domain that is called dead: the server names no other host, and the domain is
 * named, if only in an address.
 */
function namesDomain({ said, domain }: AddressEvidence): boolean {
  const reply = said.find((text) => text.trim() !== '') ?? '';
  const hosts = namesIn(reply.replace(ADDRESS, ' '));
  const names = hosts.length > 0 ? hosts : said.flatMap(namesIn);
  return names.some((name) => isSame(name, domain));
}

const ADDRESS = /[^\s<>()"',;:[\]]{1,200}@[^\s<>()"',;:[\]]+/g;

function namesIn(text: string): string[] {
  return text.match(new RegExp(NAME, 'gu')) ?? [];
}

function isSame(name: string, domain: string | undefined): boolean {
  return domain !== undefined && ascii(name) === ascii(domain);
}

function ascii(name: string): string {
  return domainToASCII(name) || name.toLowerCase();
}
