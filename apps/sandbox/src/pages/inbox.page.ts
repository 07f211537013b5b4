import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import type { ActiveFault } from '../faults/faults.service.js';
import type { Arrival } from '../inbox/arrival.js';
import type { LedgerCounts } from '../ledger/ledger-counts.js';
import { html, type Html } from '@outbell/shared/html.js';
import { bytes, layout, moment } from './layout.js';

export interface InboxView {
  /** `title`: the subject, or what a message without one says */
  rows: { arrival: Arrival; title: string }[];
  search: string;
  channel: Channel | undefined;
  /** `before` of the next page */
  older: string | null;
  /** Whether this is the first page: only that one follows what arrives */
  newest: boolean;
  total: number;
  counts: LedgerCounts;
  faults: ActiveFault[];
}

/** What arrived, newest first, with what the vendors counted and the faults that are on. */
export function inboxPage(view: InboxView): string {
  return layout(
    'Inbox',
    html`<h1 class="hidden">Inbox</h1>
      <div id="live" ${view.newest ? html`data-live` : ''}>
        ${figures(view)} ${faultNotice(view.faults)}
        <div class="bar">
          <form class="search" role="search" method="get" action="/">
            <label class="hidden" for="q">Search by subject, address or message id</label>
            <input
              id="q"
              name="q"
              type="search"
              value="${view.search}"
              placeholder="Search by subject, address or message id"
              autocomplete="off"
            />
            ${view.channel && html`<input type="hidden" name="channel" value="${view.channel}" />`}
          </form>
          <form method="post" action="/clear">
            <button type="submit" ${view.total === 0 ? html`disabled` : ''}>Clear inbox</button>
          </form>
        </div>
        ${channels(view)} ${view.rows.length === 0 ? empty(view) : list(view)}
      </div>`,
  );
}

function figures({ counts, total }: InboxView): Html {
  const shown: [string, number, string][] = [
    ['in the inbox', total, ''],
    ['taken', counts.of('accepted') + counts.of('dropped_after'), 'good'],
    ['rejected', counts.of('rejected'), ''],
    [
      'cut or hung',
      counts.of('dropped_before') + counts.of('dropped_after') + counts.of('hung') + counts.of('aborted'),
      '',
    ],
    ['taken twice', counts.doubles, counts.doubles > 0 ? 'bad' : ''],
  ];
  const tiles = shown.map(([name, value, tone]) => {
    return html`<div class="${tone}">
      <dt>${name}</dt>
      <dd>${value.toLocaleString('en')}</dd>
    </div>`;
  });
  return html`<dl class="figures">${tiles}</dl>`;
}

function faultNotice(faults: ActiveFault[]): Html | '' {
  if (faults.length === 0) return '';
  const rows = faults.map(({ name, vendor, action, seen, fired }) => {
    const { type, at } = action;
    const status = action.type !== 'reply' ? '' : 'status' in action ? action.status : action.code;
    const what = `${vendor}: ${type.replaceAll('_', ' ')} ${status}`.trim();
    return html`<li><b>${name ?? what}</b> <span>${what} at ${at}: struck ${fired} of ${seen}</span></li>`;
  });
  return html`<section class="faults" aria-label="Faults that are on">
    <h2>Misbehaving on purpose</h2>
    <ul>
      ${rows}
    </ul>
  </section>`;
}

function channels({ channel, search }: InboxView): Html {
  const links = [undefined, ...CHANNELS].map((name) => {
    const current = name === channel ? html`aria-current="page"` : '';
    return html`<a href="${address({ q: search, channel: name })}" ${current}>${name ?? 'all'}</a>`;
  });
  return html`<nav class="channels" aria-label="Channels">${links}</nav>`;
}

function empty({ search, channel }: InboxView): Html {
  const hint =
    search || channel ? 'Nothing that fits has arrived.' : 'Nothing has arrived yet. It will show up here by itself.';
  return html`<p class="empty">${hint}</p>`;
}

function list({ rows, older, search, channel }: InboxView): Html {
  const items = rows.map(({ arrival, title }) => {
    return html`<li>
      <a href="/messages/${arrival.id}">
        <span class="subject">${title || html`<i>no subject</i>`}</span>
        <span class="to">${arrival.to.join(', ')}</span>
        <span class="from">from ${arrival.from || html`<i>nobody</i>`}</span>
        <span class="meta"
          ><span class="badge">${arrival.vendor}</span> ${bytes(arrival.raw.length)} ·
          ${moment(arrival.receivedAt)}</span
        >
      </a>
    </li>`;
  });
  const next = older && address({ q: search, channel, before: older });
  return html`<ol class="mails">
      ${items}
    </ol>
    ${next && html`<p class="more"><a href="${next}">Older messages</a></p>`}`;
}

/** The inbox's own address with what narrows it. */
function address(query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? '/' : `/?${new URLSearchParams(given).toString()}`;
}
