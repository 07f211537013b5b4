import type { Wording } from './bounce-reasons.js';

/** Wordings that say exactly that an address is dead, where nothing is said of the sender. */
export const EXACT_WORDS_OF_DEAD_ADDRESSES: readonly Wording[] = [
  [
    'bad_address',
    /\b5\.1\.1 (?:<?@>?[ .:]*)?(?:user unknown|unknown user|no such user|recipnotfound|inactive)/,
    /\b542 @ rejected/,
  ],
];

/** Wordings that say what they mean, whatever else is said beside them: they come first. */
export const EXACT_WORDS: readonly Wording[] = [
  // KDDI: of an unknown user it names the address.
  ['recipient_refused', /550:? : user unknown/, /account or domain may not exist/],
  [
    'relaying_denied',
    /\brelaying denied\. ip name lookup failed/,
    // Zoho, which calls the domain invalid then that it does not keep.
    /\brelaying disallowed/,
    /unauthenticated senders not allowed/,
  ],
  [
    'network_error',
    // Postfix, of DNS that has no answer now.
    /host not found, try again/,
    /name service error .{0,300}: server failure/,
    /name server: .{0,100}lookup failure/,
    "malformed or unexpected name server reply, wasn't able to establish an smtp connection, dns query failed",
  ],
  ['protocol_error', /protocol violation/],
  ['mailbox_disabled', /recipient account is blocked/, /destinataire est bloque/],
  ['sender_refused', /groups\.google\.com\/support/],
  [
    'content_rejected',
    /not rfc ?\d* compliant/,
    /headers? too large/,
    `multiple addresses in from, duplicate header, its content presents, illegal attachment, 8-bit data in,
      improper use of`,
  ],
  ['spam_detected', /spam classification/, /flagged as spam/],
  [
    'sender_blocked',
    /\breputation\b/,
    /\brdns\b/,
    /\bptr\b/,
    /sender rejected\. /,
    `user complaints, unexpected volume, reverse dns, without a valid sender domain, aup#, client host blocked,
      adresse ip source, esmtp not accepting, ip address blacklisted`,
  ],
  ['server_error', /contact ldap/, /queue file write/, /procmail: couldn't/],
  [
    'mailbox_full',
    new RegExp(
      String.raw`(?:mailbox|inbox|mailfolder|mail ?folder|mail box|account|boite|bandeja|postfach|casilla|` +
        String.raw`maildir).{0,40}(?:\bfull\b|pleine?\b|over ?quota|quota exceeded|is over|out of storage|` +
        String.raw`exceed|voll\b|agotado)`,
    ),
    new RegExp(
      String.raw`(?:over|exceed\w*|exceeded|out of|beyond) (?:(?:the|their|his|its|disk|allowed|mail|` +
        String.raw`storage) ){0,3}(?:quota|storage (?:space|allocation|limit))`,
    ),
    /quota (?:exceeded|violation|full)/,
    /disk ?(?:space )?quota/,
    /not enough (?:disk|storage) space/,
    /has exceeded .{0,30}(?:quota|space)/,
    /insufficient (?:disk|storage) space in/,
    `overquota, overdrawn, mailbox size limit, full mailbox, exceeds allowed size, user has too many messages,
      storage quota, space has been used up, exceeded the local limit, 容量, 上限を超え`,
  ],
  [
    'message_too_large',
    new RegExp(
      String.raw`(?:message|mail|e-mail|attachment|file|data|header)s?'? (?:is |are |was )?(?:size |length |` +
        String.raw`file )?(?:too (?:large|big|long)|exceeds?|exceeded)(?! (?:your|the) (?:quota|daily|` +
        String.raw`hourly))`,
    ),
    /size (?:limit )?exceed/,
    /maximum (?:message|mail|inbound message) size/,
    /larger than the (?:current|maximum)/,
    /\bsize limit\b/,
    'line limit exceeded, recipsizelimit, message size, too big for',
  ],
];
