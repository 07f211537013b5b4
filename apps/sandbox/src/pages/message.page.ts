import type { Arrival } from '../inbox/arrival.js';
import type { MessageContent } from '../inbox/message-content.js';
import { linksOf } from '../inbox/links.js';
import { html, type Html } from '@outbell/shared/html.js';
import { bytes, layout, moment } from './layout.js';
import { linksTable } from './links.page.js';
import { preview } from './preview.js';

const MAIL_VIEWS = ['html', 'phone', 'text', 'links', 'headers', 'source'] as const;
const OTHER_VIEWS = ['preview', 'source'] as const;
export const VIEWS = ['preview', ...MAIL_VIEWS] as const;
export type View = (typeof VIEWS)[number];

export interface MessageView {
  arrival: Arrival;
  mail: MessageContent;
  view: View;
  /** What its vendor can report of it */
  reports: readonly string[];
}

/** One message, in one of its views. */
export function messagePage({ arrival, mail, view, reports }: MessageView): string {
  const views = arrival.channel === 'email' ? MAIL_VIEWS : OTHER_VIEWS;
  const tabs = views.map((name) => {
    const current = name === view ? html`aria-current="page"` : '';
    return html`<a href="/messages/${arrival.id}?view=${name}" ${current}
      >${name === 'html' ? 'Desktop' : capital(name)}</a
    >`;
  });
  return layout(
    mail.subject || NAMES[arrival.channel],
    html`<article class="mail">
      <p class="back"><a href="/">← Inbox</a></p>
      <h1>${heading(arrival, mail)}</h1>
      ${facts(arrival, mail)} ${receipts(arrival, reports)}
      <nav class="tabs" aria-label="Views of the message">${tabs}</nav>
      ${body(arrival, mail, view)}
    </article>`,
  );
}

const NAMES = { email: 'Mail', sms: 'Text message', whatsapp: 'WhatsApp message', push: 'Notification', voice: 'Call' };

function heading({ channel }: Arrival, { subject }: MessageContent): Html | string {
  if (channel !== 'email') return NAMES[channel];
  return subject || html`<i>no subject</i>`;
}

/** What the vendor has told back of it so far, and what it can be made to. */
function receipts({ id, receipts: sent }: Arrival, reports: readonly string[]): Html | '' {
  if (reports.length === 0) return '';
  const rows = sent.map(({ kind, url, status, attempts }) => {
    const answer = status === null ? 'no answer' : `answered ${status}`;
    return html`<li><b>${worded(kind)}</b> to ${url}: ${answer}, ${attempts} tried</li>`;
  });
  const buttons = reports.map((kind) => html`<button name="kind" value="${kind}">${worded(kind)}</button>`);
  return html`<section class="receipts" aria-label="Receipts">
    <h2>Told back by the vendor</h2>
    ${
      rows.length > 0 &&
      html`<ul>
        ${rows}
      </ul>`
    }
    <form method="post" action="/messages/${id}/receipts">${buttons}</form>
  </section>`;
}

function worded(kind: string): string {
  return kind.replaceAll('_', ' ');
}

function facts(arrival: Arrival, mail: MessageContent): Html {
  const rows: [string, Html | string][] = [
    ['From', mail.from || arrival.from],
    ['To', mail.to],
    [
      'Arrived',
      html`${moment(arrival.receivedAt)} · ${bytes(arrival.raw.length)} · <span class="badge">${arrival.vendor}</span>`,
    ],
    ['Vendor’s id', html`<code>${arrival.providerMessageId ?? 'none'}</code>`],
    ['Message id', html`<code>${arrival.messageId ?? 'none'}</code>`],
  ];
  if (arrival.channel === 'email') {
    rows.splice(2, 0, ['Envelope', `${arrival.from || '<>'} → ${arrival.to.join(', ')}`]);
  }
  if (mail.attachments.length > 0) {
    const files = mail.attachments.map(
      (file) => `${file.filename ?? 'unnamed'} (${file.content_type}, ${bytes(file.size)})`,
    );
    rows.push(['Attached', files.join(', ')]);
  }
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function body(arrival: Arrival, mail: MessageContent, view: View): Html {
  const { id } = arrival;
  if (view === 'preview') return preview(arrival, mail);
  if (view === 'source') return html`<pre tabindex="0">${mail.source}</pre>`;
  if (view === 'text')
    return mail.text === null ? missing('text') : html`<pre class="wrap" tabindex="0">${mail.text}</pre>`;
  if (view === 'links') return linksTable(linksOf(mail));
  if (view === 'headers') {
    const rows = mail.headers.map(
      ({ name, value }) =>
        html`<tr>
          <th scope="row">${name}</th>
          <td>${value}</td>
        </tr>`,
    );
    return html`<div class="scroll" tabindex="0">
      <table>
        ${rows}
      </table>
    </div>`;
  }
  if (mail.html === null) return missing('HTML');
  const phone = view === 'phone';
  return html`<iframe
      class="${phone ? 'narrow' : ''}"
      title="The message as a mail program ${phone ? 'on a phone' : 'on a desktop'} shows it"
      src="/messages/${id}/html"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerpolicy="no-referrer"
    ></iframe>
    <p class="hint">Scripts and remote images are not loaded. Links open in a new tab.</p>`;
}

function missing(part: string): Html {
  return html`<p class="empty">This message has no ${part} part.</p>`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
