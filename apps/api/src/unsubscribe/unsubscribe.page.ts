import { html, Html } from '@outbell/shared/html.js';
import { createHash } from 'node:crypto';
import type { PageTexts } from './page-text.js';
import { PAGE_TEXTS, type PageLanguage } from './page-texts.js';

/**
 * `ask`: nothing has happened yet; `already`: it had before; `final`: so, and not by the link, which cannot take it
 * back.
 */
export type PageState = 'ask' | 'done' | 'already' | 'final' | 'resubscribed' | 'invalid';

/** Whose mailings, and to whom. */
export interface PageSubject {
  senderName: string;
  senderAddress: string;
  recipient: string;
  topic: string | null;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1f24; --soft: #5b6470; --paper: #f4f5f7; --card: #fff; --line: #d9dde3;
  --deep: #1f4fd8; --on: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaee; --soft: #a3abb7; --paper: #14161a; --card: #1d2026; --line: #343a44; --deep: #8fb0ff;
    --on: #10131a }
}
* { box-sizing: border-box }
body { margin: 0; padding: 1.25rem; min-height: 100vh; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif;
  display: grid; align-content: start; justify-items: center }
main { width: 100%; max-width: 30rem; margin-top: 8vh; padding: 1.75rem; background: var(--card);
  border: 1px solid var(--line);
  border-radius: .75rem; overflow-wrap: anywhere }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25 }
dl { margin: 0 0 1.25rem; display: grid; grid-template-columns: auto 1fr; gap: .3rem 1rem }
dt { color: var(--soft) }
dd { margin: 0 }
dd span { color: var(--soft) }
p { margin: 0 0 1.25rem }
form { margin: 0 }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.5rem; border: 1px solid var(--deep);
  border-radius: .5rem;
  background: var(--deep); color: var(--on); cursor: pointer }
button.plain { background: none; color: var(--deep) }
button:focus-visible { outline: 3px solid var(--deep); outline-offset: 3px }
.mistake { margin: 1.25rem 0 .5rem; color: var(--soft) }
`;

/** Nothing is loaded, nothing runs, nobody shows it in a frame; its buttons lead here alone. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The page of an unsubscribe link. @param subject null: the link leads to nothing */
export function unsubscribePage(state: PageState, language: PageLanguage, subject: PageSubject | null): string {
  const texts: PageTexts = PAGE_TEXTS[language];
  const { title, text, action } = contentOf(state, texts);
  return html`<!doctype html>
    <html lang="${language}" dir="${texts.rtl ? 'rtl' : 'ltr'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${subject && facts(subject, texts)}
          <p role="status">${text}</p>
          ${action}
        </main>
      </body>
    </html> `.source;
}

function contentOf(state: PageState, texts: PageTexts): { title: string; text: string; action: Html | null } {
  switch (state) {
    case 'ask':
      return { title: texts.askTitle, text: texts.ask, action: unsubscribeForm(texts) };
    case 'done':
      return { title: texts.doneTitle, text: texts.done, action: resubscribeForm(texts) };
    case 'already':
      return { title: texts.alreadyTitle, text: texts.already, action: resubscribeForm(texts) };
    case 'final':
      return { title: texts.alreadyTitle, text: texts.already, action: null };
    case 'resubscribed':
      return { title: texts.resubscribedTitle, text: texts.resubscribed, action: unsubscribeForm(texts) };
    case 'invalid':
      return { title: texts.invalidTitle, text: texts.invalid, action: null };
  }
}

/** Names may be written in another direction than the page. */
function facts({ senderName, senderAddress, recipient, topic }: PageSubject, texts: PageTexts): Html {
  return html`<dl>
    <dt>${texts.from}</dt>
    <dd><bdi>${senderName}</bdi> <span dir="ltr">&lt;${senderAddress}&gt;</span></dd>
    <dt>${texts.to}</dt>
    <dd><bdi dir="ltr">${recipient}</bdi></dd>
    ${
      topic !== null &&
      html`<dt>${texts.topic}</dt>
        <dd><bdi>${topic}</bdi></dd>`
    }
  </dl>`;
}

function unsubscribeForm({ unsubscribe }: PageTexts): Html {
  return html`<form method="post">
    <input type="hidden" name="List-Unsubscribe" value="One-Click" />
    <button type="submit">${unsubscribe}</button>
  </form>`;
}

function resubscribeForm({ mistake, resubscribe }: PageTexts): Html {
  return html`<form method="post">
    <input type="hidden" name="action" value="resubscribe" />
    <p class="mistake" id="mistake">${mistake}</p>
    <button type="submit" class="plain" aria-describedby="mistake">${resubscribe}</button>
  </form>`;
}
