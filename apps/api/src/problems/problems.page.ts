import { STATUS_CODES } from 'node:http';
import type { ProblemCodeDto } from './problem-code.dto.js';

/** All codes on one page. */
export function codesPage(codes: ProblemCodeDto[]): string {
  const rows = codes.map(
    ({ code, status, meaning, mend }) =>
      `<tr><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${status ?? 'field'}</td>` +
      `<td>${text(meaning)}</td><td>${text(mend)}</td></tr>`,
  );
  const head = '<tr><th>Code</th><th>Status</th><th>Meaning</th><th>What to do</th></tr>';
  return page('Codes of errors', `<table>${head}${rows.join('\n')}</table>`);
}

export function codePage({ code, status, meaning, mend }: ProblemCodeDto): string {
  const where =
    status === null ? 'A code of single fields in <code>errors</code>.' : `${status} ${STATUS_CODES[status]}`;
  return page(
    code,
    `<p>${where}</p><p>${text(meaning)}</p><h2>What to do</h2><p>${text(mend)}</p><p><a href="/problems">` +
      'All codes</a></p>',
  );
}

function text(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/`([^`]+)`/g, '<code>$1</code>');
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${title} – Outbell</title>
    <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
      padding: 0 1rem } td, th { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0 }</style>
  </head>
  <body>
    <h1>${title}</h1>
    ${content}
  </body>
</html>
`;
}
