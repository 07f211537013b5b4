import type { Arrival, GivenTemplate } from '../inbox/arrival.js';
import type { MessageContent } from '../inbox/message-content.js';
import { html, type Html } from '@outbell/shared/html.js';

/** A message that is no mail, as the recipient's telephone shows it. */
export function preview({ channel, from, vendor }: Arrival, content: MessageContent): Html {
  const shown = channel === 'push' ? notification(content) : channel === 'voice' ? call(content) : bubble(content);
  return html`<div class="phone ${channel}">
    <div class="who">${from || vendor}</div>
    <div class="talk">${shown}</div>
    ${extras(content)}
  </div>`;
}

function bubble({ text, template }: MessageContent): Html {
  if (text !== null) return html`<div class="bubble">${text}</div>`;
  return html`<div class="bubble">${template ? template.parameters.join('\n') : html`<i>nothing</i>`}</div>`;
}

function notification({ subject, text }: MessageContent): Html {
  return html`<div class="note">
    ${subject && html`<b>${subject}</b>`}
    <p>${text ?? html`<i>nothing that can be read</i>`}</p>
  </div>`;
}

function call({ to, audio }: MessageContent): Html {
  return html`<div class="call">
    <span class="play" aria-hidden="true">▶</span> ${to} hears the recording <code>${audio ?? 'none'}</code>
  </div>`;
}

function rowsOf({ name, language, header, buttons = [] }: GivenTemplate): [string, string][] {
  const rows: [string, string][] = [['Template', [name, language].filter(Boolean).join(' · ')]];
  if (header !== undefined) rows.push(['Header', header]);
  for (const button of buttons) rows.push(['Button', button]);
  return rows;
}

function extras({ template, data }: MessageContent): Html | '' {
  const rows: [string, string][] = Object.entries(data ?? {});
  if (template) rows.unshift(...rowsOf(template));
  if (rows.length === 0) return '';
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}
