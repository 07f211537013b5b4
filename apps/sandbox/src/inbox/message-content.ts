import { isUtf8 } from 'node:buffer';
import type { Arrival, GivenContent } from './arrival.js';
import { type MailContent, readMail, readSummary } from './mail-content.js';

/** Enough for a list. */
export interface MessageSummary {
  /** Of a mail, or the title of a notification; else empty */
  subject: string;
  from: string;
  /** null for a mail: it would have to be read whole */
  text: string | null;
}

/** A message of any channel, as people see it. What its channel has not is null or empty. */
export interface MessageContent extends MailContent {
  template: NonNullable<GivenContent['template']> | null;
  data: Record<string, string> | null;
  audio: string | null;
}

export async function summaryOf({ raw, from, content, channel }: Arrival): Promise<MessageSummary> {
  if (!content) return { ...(await readSummary(raw)), text: null };
  return { subject: content.subject ?? '', from, text: channel === 'email' ? null : (content.text ?? null) };
}

export async function contentOf({ raw, from, to, content }: Arrival): Promise<MessageContent> {
  if (!content) return { ...(await readMail(raw)), template: null, data: null, audio: null };
  const { subject = '', html = null, text = null, headers = {}, template = null, data = null, audio = null } = content;
  return {
    subject,
    from,
    to: to.join(', '),
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    html,
    text,
    attachments: [],
    source: isUtf8(raw) ? raw.toString() : raw.toString('hex'),
    template,
    data,
    audio,
  };
}
