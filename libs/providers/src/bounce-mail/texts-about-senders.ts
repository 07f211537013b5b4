import type { Wording } from './bounce-reasons.js';

/** "Your address does not exist", "From address not found", "unknown return path". */
const OF_SENDERS_ADDRESS = new RegExp(
  [
    "\\b(?:your|from|sender(?:'s)?|sending|reply-?to|return[- ]path|bounce) (?:e-?mail )?",
    '(?:address|account|domain)(?: @| <@>)? ',
    '(?:(?:is|was|has been) )?(?:unknown|invalid|illegal|not (?:a )?(?:found|known|valid|recogni[sz]ed)|non-?existent|',
    "(?:does not|doesn't|no longer) exists?|(?:could not|couldn't|cannot|can't) be (?:found|verified|resolved))|",
    '\\b(?:invalid|unknown|bad|illegal|nonexistent) (?:from|return[- ]path|reply-?to|sending|originator|bounce)\\b',
  ].join(''),
);

/** Wordings about who sent it, which say nothing of the recipient, whatever code stands beside them. */
export const WORDS_ABOUT_SENDERS: readonly Wording[] = [
  [
    'sender_refused',
    new RegExp(
      String.raw`sender (?:address |domain )?(?:has (?:a )?null mx|does not exist|doesn't exist|not found|` +
        String.raw`invalid|must exist|could not be verified)`,
    ),
    /multiple from\b/,
    /(?:verify|verif\w+|validat\w+) (?:of )?(?:the )?(?:envelope )?sender/,
    new RegExp(
      String.raw`sender (?:address )?(?:rejected|denied|verif\w+ failed|was rejected|is not|domain|refused|` +
        String.raw`blocked|unknown|not pre-?approved|blacklisted)`,
    ),
    new RegExp(
      String.raw`sender's? (?:e-?mail )?(?:address|domain)[^.]{0,40}(?:does not exist|not found|rejected|` +
        String.raw`blacklisted|invalid|denied|not accepted|unknown)`,
    ),
    /(?:unroutable|unrouteable|invalid|unknown|bad|unverified|illegal) (?:envelope )?sender/,
    /mail from:?[^.]{0,60}(?:does not exist|no such domain|invalid)/,
    /(?:null|empty) (?:envelope )?senders?/,
    /sending to\/from an address/,
    /not (?:a )?member of this/,
    /(?:5\.1\.[78]) (?!relay)/,
    `sender callout, domain of sender, bogus mail from, from: domain is invalid, purported responsible address,
      batv, backscatter, sending this from a different address, not a registered gateway user, emetteur invalide,
      you may not have permission to post, not allowed to post, email address is not verified,
      identities failed the check`,
  ],
  [
    'sender_unauthenticated',
    /\bspf\b/,
    /\bdkim\b/,
    /unauthenticated (?:e-?mail|mail|sender)/,
    /authentication (?:checks|information|requirements|level)/,
    /not allowed to send (?:mail )?from/,
    'dmarc, sender is unauthenticated, senderid, sender id',
  ],
  ['sender_refused', OF_SENDERS_ADDRESS, /\b(?:from|reply-to|sender|list-\w+) header\b/],
  // The name that our server gave itself.
  [
    'sender_blocked',
    /\b(?:invalid|bad|illegal|unknown) (?:helo|ehlo)\b/,
    /\b(?:helo|ehlo):? (?:name |host ?name )?(?:no|not|is|invalid|unknown|does)\b/,
  ],
  // A login that failed.
  [
    'relaying_denied',
    /^53[045] /,
    /authentication (?:failed|failure|unsuccessful|credentials)/,
    /\b(?:smtp auth|must authenticate)\b/,
  ],
];
