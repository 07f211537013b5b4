import { html, type Html } from '@outbell/shared/html.js';
import type { Link } from '../inbox/links.js';

const WHERE = { html: 'in the HTML', text: 'in the text', header: 'in the headers' } as const;

/** A link is followed in a new tab, and only where it leads to a page: `javascript:` and the like are shown. */
const PAGE = /^https?:\/\//i;

/** What leads out of a message, as a table. */
export function linksTable(links: readonly Link[]): Html {
  if (links.length === 0) return html`<p class="empty">This message leads nowhere: it has no links.</p>`;
  const rows = links.map(({ label, url, where }) => {
    const shown = PAGE.test(url) ? html`<a href="${url}" target="_blank" rel="noreferrer noopener">${url}</a>` : url;
    return html`<tr>
      <th scope="row">${label || html`<i>no words</i>`}<br /><small>${WHERE[where]}</small></th>
      <td>${shown}</td>
    </tr>`;
  });
  return html`<div class="scroll" tabindex="0">
    <table class="links">
      ${rows}
    </table>
  </div>`;
}
