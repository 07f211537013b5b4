import { type BounceMessage, ownHeader } from './bounce-message.js';

/** Programs that write what servers cannot deliver. */
const DAEMON = new RegExp(
  String.raw`mailer-?daemon|mail delivery (?:sub)?system|post_?master|mail administrator|` +
    String.raw`system administrator|mail delivery service|internet mail delivery|microsoft exchange|` +
    String.raw`mdaemon`,
  'i',
);

const UNDELIVERED = new RegExp(
  String.raw`undeliver|returned (?:mail|to sender)|delivery (?:status|failure|failed|problem|` +
    String.raw`notification|report|error|has failed|incomplete|delayed)|failure notice|mail (?:delivery |` +
    String.raw`system )?(?:fail|error)|could ?n(?:o|')t be delivered|not (?:be )?delivered|` +
    String.raw`non[- ]?delivery|non remis|unzustellbar|nicht zugestellt|zustellung|échec|配信|送信できません|未着|` +
    String.raw`rejected|message status|warning: .*(?:delayed|could not)|nondeliverable|bounced?\b|` +
    String.raw`user unknown|unknown user|mail could not`,
  'i',
);

const SAYS_SO = new RegExp(
  String.raw`(?:could not|couldn't|cannot|can't|can not|not|unable to|failed to) (?:be )?deliver|` +
    String.raw`undeliverable|delivery (?:has )?fail|has not been delivered|permanent (?:error|failure)|` +
    String.raw`returned to (?:the )?sender|following (?:address|recipient)|no such user|user unknown`,
  'i',
);

const AWAY = new RegExp(
  String.raw`out of (?:the )?office|auto(?:matic|mated)?[- ]?(?:reply|response|antwort|svar)|vacation|` +
    String.raw`away from|on leave|abwesen|absence|nicht im (?:büro|haus)|réponse automatique|` +
    String.raw`respuesta automática|risposta automatica|自動(?:応答|返信)|不在`,
  'i',
);

const STILL_TRYING = new RegExp(
  String.raw`warning message only|this is a warning|still being retried|will (?:be retried|` +
    String.raw`continue to (?:try|be)|retry|keep trying)|delivery attempts will continue|` +
    String.raw`has been (?:delayed|postponed)|do not need to resend|no action is required on your part|` +
    String.raw`delivery delayed|message delayed|advisory-only`,
  'i',
);

const GAVE_UP = new RegExp(
  String.raw`permanent(?:ly)? (?:error|fail)|giving up|given up|will not (?:be retried|try again)|` +
    String.raw`not going to try again|failed permanently`,
  'i',
);

/** Tells whether a server wrote that it could not deliver something, as far as its headers show. */
export function looksUndelivered(message: BounceMessage): boolean {
  if (message.top.headers.has('x-failed-recipients')) return true;
  if (DAEMON.test(ownHeader(message, 'from')) || UNDELIVERED.test(ownHeader(message, 'subject'))) return true;
  // A person may write so too, but answers then.
  return SAYS_SO.test(message.words) && !/^re:/i.test(ownHeader(message, 'subject'));
}

/** A person's machine answers: away, a new address, "we have received your mail". It was delivered. */
export function isAutoReply(message: BounceMessage): boolean {
  if (message.isReceipt) return true;
  const subject = ownHeader(message, 'subject');
  if (message.top.headers.has('x-failed-recipients')) return false;
  if (AWAY.test(subject) && !UNDELIVERED.test(subject)) return true;
  const replied = /^auto-(?:replied|generated)/i.test(ownHeader(message, 'auto-submitted'));
  const marked = ['x-autoreply', 'x-autorespond', 'x-auto-response-suppress'].some((name) =>
    message.top.headers.has(name),
  );
  const precedence = /auto_?reply/i.test(ownHeader(message, 'precedence'));
  return (replied || marked || precedence) && !looksUndelivered(message);
}

/** A server tells that it still tries. */
export function isOnlyWarning(message: BounceMessage): boolean {
  const text = `${ownHeader(message, 'subject')}\n${message.words}`;
  return STILL_TRYING.test(text) && !GAVE_UP.test(text);
}
