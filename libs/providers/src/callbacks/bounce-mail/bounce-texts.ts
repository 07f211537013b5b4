import type { BounceReason } from './bounce-reasons.js';

/**
 * What servers say, by what they mean by it: those of the large mailbox providers (Gmail, Microsoft, Yahoo and AOL, Apple, Orange, La Poste,
 * GMX and WEB.DE, Mail.ru, Yandex, QQ, 163) and of the common servers (Postfix, Exim, Sendmail, qmail, Exchange, Domino, Courier). In lower
 * case, addresses as `@`. The first that fits decides, so that what is said exactly stands before what is said often.
 */
const TEXTS: readonly (readonly [BounceReason, RegExp])[] = [
  ['bad_address', /\b5\.1\.1 (?:<?@>?[ .:]*)?(?:user unknown|unknown user|no such user|recipnotfound)/],
  ['bad_domain', /account or domain may not exist/],
  ['mailbox_disabled', /recipient account is blocked|destinataire est bloque/],
  ['sender_refused', /groups\.google\.com\/support/],
  [
    'content_rejected',
    /not rfc ?\d* compliant|multiple addresses in from|duplicate header|headers? too large|its content presents|8-bit data in|improper use of/,
  ],
  ['spam_detected', /spam classification|flagged as spam/],
  [
    'sender_blocked',
    /\breputation\b|user complaints|unexpected volume|reverse dns|\brdns\b|\bptr\b|without a valid sender domain|sender rejected\. |aup#|client host blocked|adresse ip source|esmtp not accepting|ip address blacklisted/,
  ],
  ['server_error', /contact ldap|queue file write/],
  [
    'mailbox_full',
    /(?:mailbox|inbox|mailfolder|mail ?folder|mail box|account|boite|bandeja|postfach|casilla|maildir).{0,40}(?:\bfull\b|pleine?\b|over ?quota|quota exceeded|is over|out of storage|exceed|voll\b|agotado)|(?:over|exceed\w*|exceeded|out of|beyond) (?:(?:the|their|his|its|disk|allowed|mail|storage) ){0,3}(?:quota|storage (?:space|allocation|limit))|quota (?:exceeded|violation|full)|overquota|disk ?(?:space )?quota|overdrawn|not enough (?:disk|storage) space|mailbox size limit|full mailbox|exceeds allowed size|user has too many messages|storage quota|space has been used up|has exceeded .{0,30}(?:quota|space)|exceeded the local limit|insufficient (?:disk|storage) space in|容量|上限を超え/,
  ],
  [
    'message_too_large',
    /(?:message|mail|e-mail|attachment|file|data|header)s?'? (?:is |are |was )?(?:size |length |file )?(?:too (?:large|big|long)|exceeds?|exceeded)(?! (?:your|the) (?:quota|daily|hourly))|size (?:limit )?exceed|maximum (?:message|mail|inbound message) size|larger than the (?:current|maximum)|line limit exceeded|recipsizelimit|message size|\bsize limit\b|too big for/,
  ],
  [
    'sender_refused',
    /sender (?:address )?(?:rejected|denied|verif\w+ failed|was rejected|is not|domain|refused|blocked|unknown|not pre-?approved|blacklisted)|domain of sender|sender's? (?:e-?mail )?(?:address|domain)[^.]{0,40}(?:does not exist|not found|rejected|blacklisted|invalid|denied|not accepted|unknown)|(?:unroutable|unrouteable|invalid|unknown|bad|unverified|illegal) (?:envelope )?sender|bogus mail from|mail from:?[^.]{0,60}(?:does not exist|no such domain|invalid)|from: domain is invalid|(?:null|empty) (?:envelope )?senders?|purported responsible address|batv|backscatter|sending this from a different address|sending to\/from an address|not a registered gateway user|emetteur invalide|not (?:a )?member of this|you may not have permission to post|not allowed to post|email address is not verified|identities failed the check|(?:5\.1\.[78]) (?!relay)/,
  ],
  [
    'virus_detected',
    /(?<!anti-?)\bvirus(?:es)?\b(?! scan)|virus-?detected|infected|malware|\bviren\b|security policies - mc/,
  ],
  [
    'sender_unauthenticated',
    /dmarc|\bspf\b|\bdkim\b|unauthenticated (?:e-?mail|mail|sender)|sender is unauthenticated|authentication (?:checks|information|requirements)|senderid|sender id|not allowed to send (?:mail )?from/,
  ],
  [
    'spam_detected',
    /(?:\b|anti|d)spam(?!haus|cop|rl|arrest)\w*|unsolicited|\bube\b|bulk (?:e-?)?mail|content (?:rejected|denied|filter)|mail content denied|blacklisted url|uribl|looks like junk|junk ?mail|(?:message|mail) (?:looks|appears) (?:to be )?suspicious|mail rejete|bulk\.advertising|banned content/,
  ],
  [
    'sender_blocked',
    /server requires confirmation|:blocked\b|(?<!not )\blisted (?:by|on|at|in) (?!the |public|domino)|spamhaus|spamcop|\brbl\b|dnsbl|\bdrbl\b|black ?list(?!ed by recipient)|block ?list|block(?:ed|ing) (?:using|by|for|your|see|- see|due)|(?:ip|address|host|network|client|messages from)[^.]{0,50} (?:is |was |has been |are )?(?:blocked|banned|bloquee)|access from ip|banned send|\bbanned\b|reputation|\bptr\b|reverse dns|rdns|ip name lookup|unverifyable sending ip|mismatches client ip|client host rejected|cannot find your hostname|smtp server of your isp|open relay|(?:weren't|were not) sent|not accepting (?:mail|connections) from|no access from mail server|host network not allowed|helo command rejected|invalid ip for sending|dynamic ip|generic (?:dns|rdns)|(?:service refused?|service refuse)\. (?:veuillez|please)|refused to talk to me: (?:5|554|550)|sender rejected\.|aup#|unexpected volume or user complaints|user complaints|ip=?[\d.]+ - a problem occurred|ask your postmaster for help|not allowed to connect|poor reputation|administrative prohibition|after initial connection: (?:host [^:]+: )?55|my name was rejected|after ehlo|junkmail rejected|\(rtr:|\(rly:|\(con:|\(hvu:/,
  ],
  [
    'vendor_rate_limited',
    /too many (?:connections|recipients|messages|e-?mails|mails|errors|concurrent|sessions|invalid)|rate (?:limit|that prevents|control)|ratelimit|frequency limit|throttl|daily (?:message )?(?:quota|relay|limit|sending)|mail(?:s|ing)? too (?:quickly|fast)|hourly (?:limit|quota)|max(?:imum)? (?:e-?mails|number of) per|try again slower|sent to too many|trop de connexions|connection limit/,
  ],
  [
    'mailbox_disabled',
    /(?:account|mailbox|user|recipient|e-?mail|address|member|customer)s?(?: address)?(?:\(s\))?(?: that you tried to reach| @| <@>)? (?:(?:is|are|has been|have been|was|currently|temporarily|been|no longer|not) ){0,3}(?:disabled|suspended|inactive|deactivated|locked|frozen|closed|terminated|discontinued|blocked|bloque|expired|active\b|desactivad\w*)|(?:disabled|inactive|suspended|deactivated|expired|dormant|closed) (?:recipient|user|account|mailbox|e-?mail)|temporary locked|disableduser|no longer accepts mail|not accepting any mail|user suspended|archived recipient|account (?:expired|closed)|destinataire (?:est )?(?:bloque|archivee|desactive)|falta de uso|extended inactivity|account has been disabled/,
  ],
  [
    'mailbox_moved',
    /no longer (?:on server|with|works|employed|valid|in use|available|exists)|not our (?:user|customer)|has (?:moved|been replaced|changed (?:his|her|their|its)? ?e?-?mail)|moved to a new|mailbox has moved|has left the (?:company|organi[sz]ation)|address has changed/,
  ],
  [
    'domain_takes_no_mail',
    /null mx|(?:domain|host)[^.]{0,60}(?:doesn't receive|does not (?:accept|receive)) (?:any )?(?:e-?mail|mail)|host does not accept mail|indicated no smtp service|no mx (?:record )?found|couldn't find a mail exchanger|no mail exchanger/,
  ],
  [
    'bad_domain',
    /(?:host|domain)(?: or domain)?(?: name)? (?:(?!user|recipient|mailbox|said)[^.:;]){0,40}(?:unknown|not found|does not exist|doesn't exist|is not reachable|must exist|isn't known|unresolvable)(?!, try again)|553 [\w.-]+ does not exist|(?:host|domain) unknown|host not found(?!, try again)|no such (?:host|domain)|unknown (?:host|domain)\b|(?:invalid|illegal|bad|nonexistent|non-existent) (?:host|domain)|host unreachable|unrout(?:e)?able (?:mail )?(?:domain|address)|couldn't find any host|name or service not known|nxdomain|dns lookup failure|all relevant mx records point to non-existent|domain name not found|bad destination system|account or domain may not exist/,
  ],
  [
    'bad_address',
    /(?:user|recipient|address|addressee|mailbox|account|alias|name|destinat\w+|userid|e-?mail|box|login|usuario|usuário|id)(?:\(s\))?(?: name| id| address| account| mailbox)?(?: here| by that name)?[ :'"<@>]*(?:\.\.\. ?)?(?:(?:is|was|are|could|has|does|do|seems to be|the|an|in|by) ){0,3}(?:n't |not |un)?(?:unknown|not (?:known|found|exist|valid|listed|a valid|recogni[sz]ed|local|here|on this)|invalid|non[- ]?exist|nonexist|doesn't exist|does not exist|couldn't be found|incorrect|illegal|desconocido|inexistente|inválido|invalide|inconnu|unbekannt|introuvable|errado|exist)|(?:unknown|invalid|no such|nonexist\w*|non-exist\w*|illegal|incorrect|undefined|bad|no valid|not a valid) (?:or (?:illegal|invalid) )?(?:\w+ )?(?:user|recipient|address|mailbox|alias|account|local[- ]?part|destination|person|box|name|e-?mail|userid|final delivery|addressee|customer|subscriber|login)|no mailbox here|no (?:such )?(?:user|mailbox|account|person|recipient|one) (?:here|by that|at this|with that|in)?|(?:this|the) user doesn't have an? |doesn't have an? [\w.-]+ account|address (?:could not be|couldn't be|wasn't) found|mailbox unavailable|recipnotfound|recipientnotfound|recipient not found|nosuchuser|not (?:listed )?in (?:the )?(?:public|domino|directory|name)|(?:not|isn't) (?:listed|found) in (?:the )?(?:domino|directory|.{0,20}address book)|not a(?:n active| known) (?:user|address|recipient|mailbox)|(?:user|rcpt|recipient)[ :[<]+@[\]> ]+does not exist|bad[_ ]recipient|no mail ?box (?:found|available)|did not match any|tried to reach (?:does not|doesn't) exist|check (?:if|that|whether) (?:the )?address is correct|unknown or illegal|user not exist|does not exist here|rcp(?:t)? (?:to )?(?:is )?unknown|recipient name is not recognized|address unknown|unknown address|(?:couldn't|could not|can't|cannot) (?:find|locate) (?:the |a )?(?:user|recipient|mailbox)|recipient address rejected: (?:access denied|undeliverable|unverified)|all recipient addresses rejected|recipient address rejected\.? ?(?:\(in reply|$)|unknown local|unknown to (?:this|address)|empfänger unbekannt|nicht (?:gefunden|bekannt|vorhanden)|existiert nicht|n'existe pas|(?:adresse|destinataire) (?:\w+ ){0,6}invalide|宛先不明|存在しません|見つかりません|ユーザー?(?:が|は)?(?:存在|不明)/,
  ],
  [
    'recipient_blocks_sender',
    /refused due to recipient preferences|blocked by the recipient|rejected by (?:the )?(?:recipient|user)|user re(?:fuses|ject)|by this user|(?<!ip address )(?:blacklisted|blocked) by recipient|only accept(?:ing|s)? mail from|not authori[sz]ed to send to|restrictednot|notauthori[sz]ed|authrequired|delivery not authori[sz]ed|user rules|message filtered|list of senders/,
  ],
  [
    'relaying_denied',
    /relay(?:ing)? (?:access |is |was |not )*(?:denied|permitted|prohibited|allowed|restricted)|not (?:permitted|configured|allowed) to relay|insecure mail relay|no relay|we do not relay|trying to use me|allowed rcpthosts|relaying|unauthenticated senders|smtp authentication|authentication required|turn on smtp auth/,
  ],
  [
    'delivery_timed_out',
    /(?:retry|retrying|queue|delivery) (?:time|timeout|period|attempts?)[^.]{0,30}(?:exceeded|expired|not reached|failed)|timed? ?out|(?:envelope|message|delivery) (?:has )?(?:expired|timed out)|has been delayed|could not be delivered (?:for|within)|in the queue too long|giving up|not delivered within|unable to deliver (?:this |the )?message after|did not accept our requests to connect|have been failing for a long time|failed \d+ attempts|for the last \d+ seconds|being unable to connect successfully|delivery attempts will continue|not been collected|did not respond/,
  ],
  [
    'network_error',
    /connection (?:refused|reset|lost|dropped|closed|was|failed)|lost connection|no route to host|network (?:error|is unreachable|unreachable)|name service error|host(?:name| name)? lookup fail|try again\b.*\bname server|too many hops|hop count|routing loop|mail loop|loops? back|dns (?:error|failure|query)|wasn't able to establish|unable to connect|could not connect|socket error|host not reachable|could not find a gateway|(?:support|required?) (?:start)?tls|starttls|host not found, try again|unable to resolve|temporary lookup|name server/,
  ],
  [
    'content_rejected',
    /(?:multiple|duplicate)[^.]{0,30}(?:header|from:|addresses in)|rfc ?\d* compliant|not rfc|8-bit data|header error|headers? too|mime (?:header|complexity|error)|media error|potential security|malformed|duplicated message-id/,
  ],
  [
    'server_error',
    /system error|internal (?:system )?error|configuration error|misconfigur|queue file|mailer error|command (?:died|failed)|procmail|maildrop|pipe to|ldap|local (?:error|problem|configuration)|operating system|service (?:currently )?(?:unavailable|not available)|could not load|resources temporarily|system problem|transaction failed|write error|no space left|upstream error|insufficient permission/,
  ],
  ['server_out_of_storage', /insufficient (?:system )?(?:disk|storage)|system (?:is )?full|mail system full/],
  [
    'policy_rejected',
    /polic(?:y|ies)|prohibited|not accepted for|not authori[sz]ed|access denied|denied|not allowed|forbidden|refused by|message rejected|mail rejected|rejected by/,
  ],
];

/** Null words give nothing: codes have to say it then. */
export function reasonOfText(words: string): BounceReason | undefined {
  return TEXTS.find(([, said]) => said.test(words))?.[0];
}
