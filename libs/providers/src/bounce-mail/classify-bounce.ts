import { BOUNCE_REASONS, type BounceMeaning, type BounceReason } from './bounce-reasons.js';
import { reasonOfText, reasonOfTextAboutSender } from './bounce-texts.js';
import { stageIn } from './dialogue-stage.js';
import { addressesIn } from './plain-recipients.js';
import { isGeneralStatus, isOfAnotherMatter, reasonOfReplyCode, reasonOfStatus } from './status-codes.js';
import { isSureOfAddress, isUnknownToMicrosoft } from './sure-of-address.js';

export interface BounceFacts {
  /** RFC 3463, where a field of its own has it. */
  status?: string | undefined;
  /** The server's words, with codes in them or without. */
  text: string;
  /** What else is said around it, for where the server's words say nothing. */
  around?: string | undefined;
  /** Whom it was for. */
  recipient?: string | undefined;
  /** How far the dialogue was (`rcpt to`, `data`), where the words need not tell it. */
  stage?: string | undefined;
  /** Addresses it was sent from, in lower case. */
  ours?: ReadonlySet<string> | undefined;
}

export interface BounceVerdict extends BounceMeaning {
  reason: BounceReason;
}

/**
 * Classifies a bounce. Codes of RFC 3463 are what to go by where they are exact and the words say nothing else; but
 * servers give codes wrongly, or such as say nothing (5.0.0, 5.5.0), so that words that are known stand above them. The
 * basic code of SMTP comes last. An address that is called dead is suppressed where that is sure.
 */
export function classifyBounce(facts: BounceFacts): BounceVerdict {
  const { status, text, around = '', recipient = '' } = facts;
  const said: Said = { words: plain(text), more: plain(around), raw: [text, around, recipient].map(lower) };
  const codes = codesIn(said.words);
  const ofMore =
    codes.length > 0 ? [] : codesIn(said.more).filter((code) => status === undefined || code[0] === status[0]);
  const own = [...codes, ...ofMore];
  const code = specific(status, own[0]);
  const basic = replyCodeIn(said.words) ?? replyCodeIn(said.more);
  const about = aboutWhom(reasonOf(said, code, basic), stageOf(said, facts));
  return verdictOf(sureOf(about, said, own, facts), status ?? code ?? basic);
}

/** Texts of a bounce: the server's own words, and those around them. */
interface Said {
  /** As `plain` makes them. */
  words: string;
  more: string;
  /** Both, with addresses, in lower case; and whom it was for. */
  raw: readonly string[];
}

function reasonOf({ words, more, raw }: Said, code: string | undefined, basic: string | undefined): BounceReason {
  const byWords = isUnknownToMicrosoft(raw) ? 'bad_address' : reasonOfText(words);
  const byCode = reasonOfStatus(code);
  if (byWords !== undefined && !SAY_LITTLE.has(byWords)) return byWords;
  const byMore = byCode ?? reasonOfText(more);
  if (byWords !== undefined && byMore !== 'bad_address') return byCode ?? byWords;
  return byMore ?? reasonOfReplyCode(basic) ?? reasonOfStatus(code, true) ?? 'undelivered';
}

/** Reasons of words beside which a code says more. */
const SAY_LITTLE = new Set<BounceReason>(['recipient_refused', 'mailbox_unavailable']);

/** Finds the stage: words about this recipient come before what is known of the whole mail. */
function stageOf({ words, more }: Pick<Said, 'words' | 'more'>, { stage }: BounceFacts): string | undefined {
  return stageIn(words) ?? stageIn(more) ?? stage;
}

/** A reason that would suppress, if nothing speaks against it; otherwise what is left of it. */
function sureOf(reason: BounceReason, { words, more, raw }: Said, codes: string[], facts: BounceFacts): BounceReason {
  const meaning: BounceMeaning = BOUNCE_REASONS[reason];
  const { status, recipient = '' } = facts;
  if (meaning.suppress === undefined || (status ?? codes[0])?.startsWith('4')) return reason;
  const inWords = reasonOfText(words) === reason;
  const ofSender = inWords ? undefined : reasonOfTextAboutSender(more);
  if (ofSender) return ofSender;
  if (namesOnlyUs(facts)) return 'sender_refused';
  const ofDomain = reason === 'bad_domain' || reason === 'domain_takes_no_mail';
  const sure = isSureOfAddress({
    said: raw.slice(0, 2),
    words: `${words} ${more}`,
    inWords: inWords || reasonOfText(more) === reason,
    ofDomain,
    codes,
    status,
    stage: stageOf({ words, more }, facts),
    domain: recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase() || undefined,
  });
  if (sure) return reason;
  return ofDomain ? 'network_error' : 'recipient_refused';
}

/** A server that names the address it was sent from, and no other, calls that one dead: it has asked for it. */
function namesOnlyUs({ text, recipient, ours }: BounceFacts): boolean {
  if (ours === undefined || (recipient !== undefined && ours.has(recipient.toLowerCase()))) return false;
  const named = addressesIn(`${text.slice(0, LONGEST)} `);
  return named.length > 0 && named.every((address) => ours.has(address.toLowerCase()));
}

/**
 * Codes of RFC 3463 of the first reply, in their order: what a server says to what follows a refusal is not about it.
 */
function codesIn(words: string): string[] {
  const found = [...words.matchAll(CODE)].map(([, basic, code = '']) => ({ basic, code }));
  const first = found.find(({ basic }) => basic !== undefined)?.basic;
  return found.filter(({ basic }) => basic === undefined || basic === first).map(({ code }) => code);
}

const CODE = /(?:\b([45]\d\d)[ -]#?)?(?<![\w.])([245]\.\d{1,3}\.\d{1,3})\b(?!\.\d)/g;

function replyCodeIn(words: string): string | undefined {
  return /(?:^|[\s:'"<(\]>])([45]\d\d)(?=[\s#,-])/.exec(words)?.[1];
}

/** "Unknown" said of the sender, or before anybody was named, is not about the recipient. */
function aboutWhom(reason: BounceReason, stage: string | undefined): BounceReason {
  if (!OF_SOMEBODY.has(reason)) return reason;
  if (stage === 'mail from') return 'sender_refused';
  return stage === undefined || stage === 'rcpt to' || stage === 'data' ? reason : 'sender_blocked';
}

/** Reasons of which the stage of the dialogue says whom they are about. */
const OF_SOMEBODY = new Set<BounceReason>([
  'bad_address',
  'bad_domain',
  'domain_takes_no_mail',
  'mailbox_moved',
  'recipient_refused',
  'policy_rejected',
]);

function verdictOf(reason: BounceReason, code = '5'): BounceVerdict {
  const meaning: BounceMeaning = BOUNCE_REASONS[reason];
  // A 4xx is about now: nothing of it holds for good.
  if (!code.startsWith('4') || meaning.kind === 'soft' || meaning.kind === 'none') return { reason, ...meaning };
  return { reason: reason === 'bad_domain' ? 'network_error' : reason, kind: 'soft' };
}

/**
 * The field's, unless it says nothing and the words have a better one, or the server itself spoke of another matter.
 */
function specific(status: string | undefined, inWords: string | undefined): string | undefined {
  if (status === undefined || inWords === undefined) return status ?? inWords;
  if (isGeneralStatus(inWords)) return status;
  return isGeneralStatus(status) || isOfAnotherMatter(inWords) ? inWords : status;
}

/** As much as counts, in characters. */
const LONGEST = 20_000;

function lower(text: string): string {
  return text.slice(0, LONGEST).toLowerCase().replace(/\s+/g, ' ');
}

/** One line, lower case, without addresses: `unknown@spam.example.com` says nothing. */
function plain(text: string): string {
  return (
    text
      .slice(0, LONGEST)
      .toLowerCase()
      .replace(/[^\s<>()"',;:[\]]{1,200}@[^\s<>()"',;:[\]]+/g, '@')
      .replace(/[’`´]/g, "'")
      .replace(/\b(mail_from|rcpt_to)\b/g, (command) => command.replace('_', ' '))
      .replace(/\s+/g, ' ')
      // The lines of one reply each begin with its codes.
      .replace(/\b([45]\d\d)-([45]\.\d+\.\d+) (.{0,500}?) \1 \2 /g, '$1 $2 $3 ')
      .replace(/ \d{3}-(?:\d\.\d+\.\d+ )?/g, ' ')
      // Amazon SES puts it before whatever a server says.
      .replaceAll('unknown address error', '')
      // And Zoho.
      .replace(/\binvalid address, error_code ?:/g, '')
      // So does Exchange, before what another server said.
      .replace(/\b5\.1\.351 remote server returned unknown recipient or mailbox unavailable ?(?:->)?/g, '5.1.351')
      .trim()
  );
}
