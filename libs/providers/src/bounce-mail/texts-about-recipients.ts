import type { Wording } from './bounce-reasons.js';

const VERBS =
  '(?:(?:is|was|are|could|has|have|does|do|been|seems to be|currently|temporarily|no longer|the|an|in|by) ){0,3}';

/** "the account @ has been disabled", "user is inactive". */
const CLOSED = new RegExp(
  [
    '(?:account|mailbox|user|recipient|e-?mail|address|member|customer)s?(?: address)?(?:\\(s\\))?',
    '(?: that you tried to reach| @| <@>)? ',
    VERBS,
    '(?:disabled|suspended|inactive|deactivated|locked|frozen|closed|terminated|discontinued|',
    'blocked|bloque|expired|not active\\b|desactivad\\w*)',
  ].join(''),
);

/** "user unknown", "the address <@> does not exist", "recipient not found". */
const NOT_THERE = new RegExp(
  [
    '(?:user|recipient|address|addressee|mail-?box|account|alias|destinat\\w+|userid|e-?mail|usuario|usuário)',
    '(?:\\(s\\))?(?: name| id| address| account| mail-?box)?(?: here| by that name)?',
    '[ :\'"<@>]*(?:\\.\\.\\. ?)?',
    VERBS,
    '(?:unknown|not (?:known|found|exist|valid|listed|a valid|recogni[sz]ed|here|on this)|invalid|non-? ?exist|',
    "doesn't exist|does not exist|(?:is|was)n't (?:known|found|valid|listed|a valid)|couldn't be " +
      'found|incorrect|illegal|',
    'desconocido|inexistente|inválido|invalide|inconnu|unbekannt|introuvable|errado)',
  ].join(''),
);

/** "no such user", "invalid mailbox"; "bad sender address" is about somebody else. */
const NO_SUCH = new RegExp(
  [
    '(?:unknown|invalid|no such|non-?exist\\w*|illegal|undefined|bad|not a valid) (?:or (?:illegal|invalid) )?',
    '(?!(?:ip|from|sender|return|helo|ehlo|host|message|client|source|reply|header|origin\\w*|mx|dns|server|',
    'network|mail from|envelope) ?)(?:\\w+ )?',
    '(?:user|recipient|addressee|address|mailbox|alias|account|local[- ]?part|destination|person|e-?mail|',
    'final delivery|customer|subscriber)',
  ].join(''),
);

/** "Unknown user" and "does not exist", of a person or a mailbox. */
const IN_OTHER_LANGUAGES = [
  new RegExp(
    String.raw`(?:usuario|destinatario|buz[oó]n|cuenta|persona)\b.{0,30}(?:no existe|desconocid)|` +
      String.raw`no existe (?:\w+ ){0,2}(?:usuario|destinatario|buz[oó]n|cuenta|persona)`,
  ),
  /(?:usu[aá]rio|destinat[aá]rio|caixa|conta)\b.{0,30}(?:n[aã]o existe|inexistente|desconhecid)/,
  /(?:utente|destinatario|casella|indirizzo) (?:\w+ ){0,2}(?:sconosciut|inesistente|non esiste)|nessun utente/,
  /(?:utilisateur|destinataire|bo[iî]te|adresse) (?:\w+ ){0,3}(?:inconnue?|inexistante?)/,
  /(?:gebruiker|ontvanger|postbus|adres) (?:\w+ ){0,2}(?:onbekend|bestaat niet)|onbekende (?:gebruiker|ontvanger)/,
  new RegExp(
    String.raw`(?:пользовател|получател|адресат|ящик|адрес)[^.;]{0,40}не (?:существует|найден|` +
      String.raw`зарегистрирован)|(?:нет такого|неизвестный) (?:пользовател|получател|адресат)`,
  ),
  new RegExp(
    String.raw`(?:użytkownik|odbiorca|skrzynka|konto|adres)[^.;]{0,30}nie istnieje|` +
      String.raw`nie ma takiego (?:użytkownika|odbiorcy|adresu|konta)|nieznany (?:użytkownik|odbiorca)`,
  ),
  /(?:uživatel|schránka|příjemce)[^.;]{0,30}neexistuje|kullanıcı bulunamadı/,
  /(?:用户|用戶|收件人|邮箱|郵箱|信箱)[^。,]{0,10}不存在|(?:找不到|无此|無此|没有)(?:该|此)?(?:用户|用戶|收件人|邮箱)/,
  /(?:사용자|수신자|메일 ?주소|계정)[^.]{0,15}(?:존재하지 않|찾을 수 없)/,
];

/** Wordings about the recipient: the mailbox, the address, its domain, its wishes. */
export const WORDS_ABOUT_RECIPIENTS: readonly Wording[] = [
  [
    'mailbox_disabled',
    CLOSED,
    /(?:disabled|inactive|suspended|deactivated|expired|dormant|closed) (?:recipient|user|account|mailbox|e-?mail)/,
    /account (?:expired|closed)/,
    /destinataire (?:est )?(?:bloque|archivee|desactive)/,
    `temporary locked, disableduser, no longer accepts mail, not accepting any mail, user suspended,
      archived recipient, falta de uso, extended inactivity, account has been disabled`,
  ],
  [
    'mailbox_moved',
    /no longer (?:on server|with|works|employed|valid|in use|available|exists)/,
    /not our (?:user|customer)/,
    /has (?:moved|been replaced|changed (?:his|her|their|its)? ?e?-?mail)/,
    /has left the (?:company|organi[sz]ation)/,
    'moved to a new, address has changed',
  ],
  [
    'domain_takes_no_mail',
    /null ?mx/,
    /(?:domain|host)[^.]{0,60}(?:doesn't receive|does not (?:accept|receive)) (?:any )?(?:e-?mail|mail)(?! from)/,
    /host does not accept mail(?! from)/,
    /no (?:valid )?mx (?:records? )?found/,
    "indicated no smtp service, couldn't find a mail exchanger, no mail exchanger",
  ],
  [
    'bad_domain',
    new RegExp(
      String.raw`(?:host|domain)(?: or domain)?(?: name)? (?:(?!user|recipient|mailbox|` +
        String.raw`said)[^.:;]){0,40}(?:unknown|not found|does not exist|doesn't exist|is not reachable|` +
        String.raw`must exist|isn't known|unresolvable)(?!, try again)`,
    ),
    new RegExp(
      String.raw`(?:host|domain)(?: name)? ["'<(]?[\w.-]+["'>)]? (?:does not exist|doesn't exist|` +
        String.raw`(?:is )?unknown|has no (?:valid )?mx)`,
    ),
    /(?:host|domain)(?: name)? ["'<(]?[\w.-]+["'>)]? (?:(?:was |is )?not found|could not be resolved)/,
    /553 [\w.-]+ does not exist/,
    /(?:host|domain) unknown/,
    /host not found(?!, try again)/,
    /no such (?:host|domain)/,
    /unknown (?:host|domain)\b/,
    /(?:invalid|illegal|bad|nonexistent|non-existent) (?:host|domain)/,
    /unroute?able (?:mail )?domain/,
    `host unreachable, couldn't find any host, name or service not known, nxdomain, dns lookup failure,
      all relevant mx records point to non-existent, bad destination system`,
  ],
  [
    'bad_address',
    NOT_THERE,
    NO_SUCH,
    /no mailbox (?:here|for <?@)/,
    /mailbox <?@>? (?:could not|couldn't|cannot|can't) be found/,
    /(?:unable to find|(?:do not|don't) have) (?:the |an? )?(?:user|recipient|mailbox)\b/,
    /no such (?:user|mailbox|mail ?box|account|person|recipient|one)\b/,
    new RegExp(
      String.raw`no (?:user|mailbox|account|person|recipient|one) (?:here|by (?:that|this)|at this|` +
        String.raw`with (?:that|this)|named|found)`,
    ),
    /(?:this|the) user doesn't have an? /,
    /doesn't have an? [\w.-]+ account/,
    /address (?:could not be|couldn't be|wasn't) found/,
    // Hotmail's marks it so.
    /mailbox unavailable \([\w:-]+\)/,
    /recipient ?notfound/,
    /not (?:listed )?in (?:the )?(?:public|domino|directory|name)/,
    /(?:not|isn't) (?:listed|found) in (?:the )?(?:domino|directory|.{0,20}address book)/,
    /not a(?:n active| known) (?:user|address|recipient|mailbox)/,
    /(?:user|rcpt|recipient)[ :[<]+@[\]> ]+does not exist/,
    /bad[_ ]recipient/,
    /no mail ?box (?:found|available)/,
    /tried to reach (?:does not|doesn't) exist/,
    /unroute?able address/,
    /rcp(?:t)? (?:to )?(?:is )?unknown/,
    /(?:couldn't|could not|can't|cannot) (?:find|locate) (?:the |a )?(?:user|recipient|mailbox)/,
    /\b5\.4\.1 (?:\S{0,2}@\S{0,2} )?recipient address rejected: access denied/,
    // KDDI.
    /auone-net\.jp.{0,60}550 <@>: recipient address rejected\./,
    /recipient address rejected: (?:undeliverable|invalid-recipient)/,
    /(?:address|mailbox|user|recipient) (?:is |was )?not present/,
    /(?:destination|recipient) addresses were unknown/,
    // The address alone, after the code or the command.
    /(?:^|\d |to: ?)<?@>?:? (?:is )?(?:unknown|not (?:found|known|a known|a valid)|(?:does not|doesn't) exist)\b/,
    // Verizon, of text messages by mail.
    /no valid recipients for this mm\b/,
    /(?:user|recipient|mailbox|account|address)\b[^.:;]{0,40} (?:does not|doesn't) exist/,
    /unknown to (?:this|address)/,
    /(?:empf(?:ä|ae)nger|benutzer|adressat|postfach) (?:ist )?unbekannt|unbekannter? (?:empf(?:ä|ae)nger|benutzer)/,
    /nicht (?:gefunden|bekannt|vorhanden)/,
    /(?:adresse|destinataire) (?:\w+ ){0,6}invalide/,
    ...IN_OTHER_LANGUAGES,
    /ユーザー?(?:が|は)?(?:存在|不明)/,
    `recipnotfound, nosuchuser, unknown or illegal, does not exist here, unknown address,
      not in my validrcptto list, unknown local, existiert nicht, n'existe pas, 宛先不明, ディレクトリのリストにありません, 存在しません,
      見つかりません`,
  ],
  [
    'recipient_blocks_sender',
    /rejected by (?:the )?(?:recipient(?! domain)|user)/,
    /user re(?:fuses|ject)/,
    /(?<!ip address )(?:blacklisted|blocked) by recipient/,
    /only accept(?:ing|s)? mail from/,
    /not authori[sz]ed to send to/,
    /notauthori[sz]ed/,
    /delivery not authori[sz]ed/,
    `refused due to recipient preferences, by this user, restrictednot, authrequired, user rules,
      message filtered, list of senders`,
  ],
  // No more than that it was refused: a code beside it says more.
  [
    'recipient_refused',
    /recipient (?:address )?rejected/,
    /(?:user|recipient|mailbox) (?:is )?not local/,
    /check (?:if|that|whether) (?:the )?address is correct/,
    'recipient addresses rejected, did not match any',
  ],
  ['mailbox_unavailable', /mailbox (?:unavailable|not available)/, /recipient was unavailable to take delivery/],
];
