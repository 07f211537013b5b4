import { html, type Html } from '@outbell/shared/html.js';
import type { ActiveFault } from '../faults/faults.service.js';
import { layout } from './layout.js';

/** What each vendor is made to do wrong, and how often it did. */
export function faultsPage(faults: readonly ActiveFault[]): string {
  return layout(
    'Faults',
    html`<article class="mail guide">
      <h1>Faults</h1>
      ${faults.length === 0 ? html`<p class="empty">No fault is on: every vendor behaves.</p>` : table(faults)}
      <form method="post" action="/faults/clear">
        <button type="submit" ${faults.length === 0 ? html`disabled` : ''}>Switch all off</button>
      </form>
      <h2>How to switch one on</h2>
      <pre tabindex="0">${EXAMPLE}</pre>
      <p class="hint">
        The list replaces the one before. <code>when</code>: <code>recipient</code> with *, and one of
        <code>first</code>, <code>every</code> and <code>probability</code>. As JSON:
        <a href="/api/faults">/api/faults</a>.
      </p>
    </article>`,
  );
}

const EXAMPLE = `curl -X PUT localhost:3002/api/faults -H 'content-type: application/json' -d '[
  { "name": "busy", "when": { "every": 10 }, "action": { "type": "reply", "code": 451 } },
  { "vendor": "twilio", "when": { "first": 3 }, "action": { "type": "hang" } }
]'`;

function table(faults: readonly ActiveFault[]): Html {
  const rows = faults.map(
    ({ name, vendor, when, action, seen, fired }) =>
      html`<tr>
        <th scope="row">${name ?? vendor}</th>
        <td>${vendor}</td>
        <td>${pairs(when) || 'every call'}</td>
        <td>${pairs(action)}</td>
        <td>struck ${fired} of ${seen}</td>
      </tr>`,
  );
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Vendor</th>
          <th scope="col">When</th>
          <th scope="col">What</th>
          <th scope="col">Calls</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function pairs(values: object): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
