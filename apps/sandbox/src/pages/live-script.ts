/**
 * Keeps the first page of the inbox up to date. Without scripts the page still works; it just has to be loaded again.
 */
export const liveScript = `'use strict';
const live = document.querySelector('#live[data-live]');
if (live) {
  const refresh = async () => {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    // Whoever is typing, or about to follow a link by keyboard, keeps what has the focus.
    for (const part of ['.figures', '.faults', '.mails', '.empty', '.more']) swap(part, page);
    const button = live.querySelector('button');
    button.disabled = page.querySelector('#live button').disabled;
  };
  const swap = (part, page) => {
    const old = live.querySelector(part);
    const fresh = page.querySelector('#live ' + part);
    if (old && fresh) {
      const focused = old.contains(document.activeElement) && document.activeElement.getAttribute('href');
      old.replaceWith(fresh);
      if (focused) live.querySelector('a[href="' + CSS.escape(focused) + '"]')?.focus();
    } else if (old) old.remove();
    else if (fresh) (part === '.faults' ? live.querySelector('.figures').after(fresh) : live.append(fresh));
  };
  let running = false;
  let again = false;
  const news = async () => {
    if (running) { again = true; return; }
    running = true;
    do { again = false; await refresh().catch(() => undefined); } while (again);
    running = false;
  };
  const source = new EventSource('/events');
  source.onmessage = news;
  // After a lost connection something may have been missed.
  source.onopen = news;
}
`;
