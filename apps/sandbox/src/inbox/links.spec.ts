import { describe, expect, it } from 'vitest';
import { linksOf } from './links.js';

describe('linksOf', () => {
  it('finds what leads out of HTML, text and List headers', () => {
    const html = `<p><a href=" https://a.test/x?a=1&amp;b=2 ">Read <b>more</b></a> <a name="x">no link</a>
      <a href="https://b.test"><img src="cid:1" alt="Shop"></a>
      <map><area href="mailto:x@a.test" alt="Write"></map></p>`;
    const headers = [
      { name: 'List-Unsubscribe', value: '<https://a.test/u/1>, <mailto:leave@a.test>' },
      { name: 'From', value: '<shop@a.test>' },
    ];
    expect(linksOf({ html, text: 'See (https://c.test/y). Bye', headers })).toEqual([
      { label: 'Read more', url: 'https://a.test/x?a=1&b=2', where: 'html' },
      { label: 'Shop', url: 'https://b.test', where: 'html' },
      { label: 'Write', url: 'mailto:x@a.test', where: 'html' },
      { label: '', url: 'https://c.test/y', where: 'text' },
      { label: 'List-Unsubscribe', url: 'https://a.test/u/1', where: 'header' },
      { label: 'List-Unsubscribe', url: 'mailto:leave@a.test', where: 'header' },
    ]);
  });

  it('finds nothing where there is nothing', () => {
    expect(linksOf({ html: null, text: null, headers: [] })).toEqual([]);
  });
});
