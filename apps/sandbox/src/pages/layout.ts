import { html, type Html } from '@outbell/shared/html.js';

/** The frame of every page. */
export function layout(title: string, main: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Outbell sandbox</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/sandbox.css" />
        <script src="/assets/live.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the messages</a>
        <header class="top">
          <a class="brand" href="/"
            ><img src="/assets/icon.svg" alt="" width="28" height="28" />Outbell <span>sandbox</span></a
          >
          <nav aria-label="Pages">
            <a href="/">Inbox</a> <a href="/ledger">Ledger</a> <a href="/faults">Faults</a>
            <a href="/vendors">Vendors</a> <a href="/api/messages">JSON</a>
          </nav>
        </header>
        <main id="main">${main}</main>
        <footer>Everything that arrives here stays here. Nothing is delivered to anyone.</footer>
      </body>
    </html> `.source;
}

/** A moment as the machine's clock shows it; the sandbox and its reader share that. */
export function moment(time: Date): Html {
  const shown = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' }).format(time);
  const [day, clock] = shown.split(' ');
  return html`<time datetime="${time.toISOString()}"><span class="day">${day}</span> ${clock}</time>`;
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1024 / 1024).toFixed(1)} MB`;
}
