import { type BounceMessage, ownHeader } from './bounce-message.js';

/** Programs that write what servers cannot deliver. */
const DAEMON =
  /mailer-?daemon|mail delivery (?:sub)?system|post_?master|mail administrator|system administrator|mail delivery service|internet mail delivery|microsoft exchange|mdaemon/i;

const UNDELIVERED =
  /undeliver|returned (?:mail|to sender)|delivery (?:status|failure|failed|problem|notification|report|error|has failed|incomplete|delayed)|failure notice|mail (?:delivery |system )?(?:fail|error)|could ?n(?:o|')t be delivered|not (?:be )?delivered|non[- ]?delivery|non remis|unzustellbar|nicht zugestellt|zustellung|échec|配信|送信できません|未着|rejected|message status|warning: .*(?:delayed|could not)|nondeliverable|bounced?\b|user unknown|unknown user|mail could not/i;

const SAYS_SO =
  /(?:could not|couldn't|cannot|can't|can not|not|unable to|failed to) (?:be )?deliver|undeliverable|delivery (?:has )?fail|has not been delivered|permanent (?:error|failure)|returned to (?:the )?sender|following (?:address|recipient)|no such user|user unknown/i;

const AWAY =
  /out of (?:the )?office|auto(?:matic|mated)?[- ]?(?:reply|response|antwort|svar)|vacation|away from|on leave|abwesen|absence|nicht im (?:büro|haus)|réponse automatique|respuesta automática|risposta automatica|自動(?:応答|返信)|不在/i;

const STILL_TRYING =
  /warning message only|this is a warning|still being retried|will (?:be retried|continue to (?:try|be)|retry|keep trying)|delivery attempts will continue|has been (?:delayed|postponed)|do not need to resend|no action is required on your part|delivery delayed|message delayed|advisory-only/i;

const GAVE_UP =
  /permanent(?:ly)? (?:error|fail)|giving up|given up|will not (?:be retried|try again)|not going to try again|failed permanently/i;

/** Whether a server wrote that it could not deliver something, as far as its headers show. */
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
