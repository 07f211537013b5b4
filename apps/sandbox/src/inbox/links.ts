import { Parser } from 'htmlparser2';
import type { MessageContent } from './message-content.js';

/** More are not shown. */
const MOST = 500;

export interface Link {
  /** What is read in its place; empty where that is nothing. */
  label: string;
  url: string;
  where: 'html' | 'text' | 'header';
}

/** All that leads out of a message: of its HTML, its text and its List headers, in their order. */
export function linksOf({ html, text, headers }: Pick<MessageContent, 'html' | 'text' | 'headers'>): Link[] {
  const listed = headers
    .filter(({ name }) => /^list-/i.test(name))
    .flatMap(({ name, value }) => {
      return [...value.matchAll(/<([^<>\s]+)>/g)].map(([, url = '']): Link => ({ label: name, url, where: 'header' }));
    });
  const written = [...(text ?? '').matchAll(/\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/gi)];
  const plain = written.map(([url]): Link => ({ label: '', url, where: 'text' }));
  return [...linksIn(html ?? ''), ...plain, ...listed].slice(0, MOST);
}

function linksIn(html: string): Link[] {
  const links: Link[] = [];
  let open: Link | undefined;
  const parser = new Parser({
    onopentag(name, { href, alt }) {
      if ((name === 'a' || name === 'area') && href !== undefined) {
        open = { label: alt ?? '', url: href.trim(), where: 'html' };
        links.push(open);
        if (name === 'area') open = undefined;
      } else if (name === 'img' && open && alt) open.label += alt;
    },
    ontext(text) {
      if (open && open.label.length < 200) open.label += text;
    },
    onclosetag(name) {
      if (name === 'a') open = undefined;
    },
  });
  parser.end(html);
  return links.map((link) => ({ ...link, label: link.label.replace(/\s+/g, ' ').trim() }));
}
