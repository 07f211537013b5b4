import { html, type Html } from '@outbell/shared/html.js';
import type { LedgerSummary } from '../ledger/ledger-counts.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { layout, moment } from './layout.js';

export interface LedgerView {
  summary: Pick<LedgerSummary, 'calls' | 'taken' | 'outcomes' | 'twice'>;
  /** Newest first. */
  entries: readonly LedgerEntry[];
  /** The message that it is narrowed to; empty: none. */
  messageId: string;
}

/** How calls to the vendors ended. */
export function ledgerPage({ summary, entries, messageId }: LedgerView): string {
  return layout(
    'Ledger',
    html`<article class="mail guide">
      <h1>Ledger</h1>
      ${figures(summary)}
      <form class="search bar" role="search" method="get" action="/ledger">
        <label class="hidden" for="id">Message id</label>
        <input
          id="id"
          name="messageId"
          type="search"
          value="${messageId}"
          placeholder="Message id"
          autocomplete="off"
        />
        <button type="submit">Show</button>
      </form>
      ${entries.length === 0 ? html`<p class="empty">No call that fits has ended yet.</p>` : table(entries)}
      <p class="hint">
        The newest ${entries.length}. All as JSON: <a href="/api/ledger">/api/ledger</a>,
        <a href="/api/ledger/summary">summary</a>.
      </p>
    </article>`,
  );
}

function figures({ calls, taken, outcomes, twice }: LedgerView['summary']): Html {
  const shown: [string, number, string][] = [
    ['calls', calls, ''],
    ['messages taken', taken, 'good'],
    ['rejected', outcomes.rejected, ''],
    ['repeated', outcomes.repeated, ''],
    ['taken twice', twice.length, twice.length > 0 ? 'bad' : ''],
  ];
  return html`<dl class="figures">
    ${shown.map(
      ([name, value, tone]) =>
        html`<div class="${tone}">
          <dt>${name}</dt>
          <dd>${value.toLocaleString('en')}</dd>
        </div>`,
    )}
  </dl>`;
}

function table(entries: readonly LedgerEntry[]): Html {
  const rows = entries.map(
    ({ seq, time, vendor, message_id: id, outcome, reply }) =>
      html`<tr>
        <th scope="row">${seq}</th>
        <td>${moment(new Date(time))}</td>
        <td><span class="badge">${vendor}</span> ${outcome.replaceAll('_', ' ')}</td>
        <td>${id ? html`<a href="/?q=${encodeURIComponent(id)}"><code>${id}</code></a>` : html`<i>no id</i>`}</td>
        <td>${reply ?? ''}</td>
      </tr>`,
  );
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">No.</th>
          <th scope="col">Ended</th>
          <th scope="col">Outcome</th>
          <th scope="col">Message</th>
          <th scope="col">Reply</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
