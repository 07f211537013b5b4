import { describe, expect, it } from 'vitest';
import { RenderError } from './render-error.js';
import { TEXT_BOUNDS } from './plain-text/text-bounds.js';
import { textFromHtml } from './text-from-html.js';

describe('the text of', () => {
  it.each([
    ['paragraphs and headings', '<h1>Hi</h1><p>Dear <b>Ann</b>,</p>\n<p>welcome</p>', 'Hi\n\nDear Ann,\n\nwelcome'],
    ['words with white space between', ' one\n\t two <i> three</i> ', 'one two three'],
    ['rows', '<table><tr><td>Your code</td></tr><tr><td>481516</td></tr></table>', 'Your code\n481516'],
    ['rows without ends', '<table><tr><td>Your code<tr><td>481516</table>', 'Your code\n481516'],
    ['cells', '<table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea<td>4</table>', 'Item  Price\nTea  4'],
    ['cells with blocks', '<table><tr><td><p>Tea</p></td><td><div>4</div></td></tr></table>', 'Tea  4'],
    ['columns of several lines', '<table><tr><td>a<br>b</td><td>c</td></tr></table>', 'a\nb\nc'],
    ['spacers', '<table><tr><td>&nbsp;</td><td>a</td><td></td><td> </td><td>b</td></tr></table>', 'a  b'],
    ['tables in cells', '<table><tr><td>a</td><td><table><tr><td>b</td></tr></table></td></tr></table>', 'a  b'],
    ['layout', '<table><tr><td><p>a</p></td></tr><tr><td><p>b</p></td></tr></table>', 'a\n\nb'],
    ['a caption', '<table><caption>Sum<tr><td>4</table>', 'Sum\n4'],
    ['definitions', '<dl><dt>Code</dt><dd>481516</dd><dt>Until<dd>noon</dl>', 'Code\n  481516\nUntil\n  noon'],
    ['a figure', 'a<figure><img alt="Map"><figcaption>The way</figcaption></figure>b', 'a\n\nMap\nThe way\n\nb'],
    ['a choice', '<select><optgroup><option>red<option>blue</select>', 'red\nblue'],
    [
      'lists',
      '<p>You need:<ul><li>tea<li>milk<ul><li>fresh</ul></ul>now',
      'You need:\n\n * tea\n * milk\n    * fresh\n\nnow',
    ],
    ['numbers', '<ol start="9"><li>a<li>b<li value="20">c</ol>', ' 9. a\n 10. b\n 20. c'],
    [
      'letters',
      '<ol type="a" start="26"><li>a<li>b</ol><ol type="I"><li>c<li value="9">d</ol>',
      ' z. a\n aa. b\n\n I. c\n IX. d',
    ],
    ['numbers in numbers', '<ol><li>a<ol><li>b</ol></li><li>c</ol>', ' 1. a\n     1. b\n 2. c'],
    ['items of several lines', '<ul><li><p>a</p><p>b</p></li><li></li><li>c</li></ul>', ' * a\n\n   b\n\n * c'],
    [
      'a quotation',
      'He said:<blockquote>a<p>b<blockquote>c</blockquote></blockquote>so',
      'He said:\n\n> a\n>\n> b\n>\n> > c\n\nso',
    ],
    ['lines as they stand', '<pre>\n a\n   b\n\nc</pre>d', ' a\n   b\n\nc\n\nd'],
    ['line breaks', 'a<br>b<br/><br>c<br></br>d</p>e<br></div>f', 'a\nb\n\nc\n\nd\n\ne\nf'],
    ['many of them', `a${'<br>'.repeat(50)}b`, 'a\n\n\nb'],
    ['a line', 'a<hr>b', `a\n\n${'-'.repeat(40)}\n\nb`],
    ['a link', 'Pay <a href="https://a.b/?c=d&amp;e=f">here</a>.', 'Pay here (https://a.b/?c=d&e=f).'],
    ['a link that says where it leads', '<a href="https://a.b/">https://a.b/</a>', 'https://a.b/'],
    [
      'a block in a link',
      '<a href="https://a.b"><table><tr><td>Pay</td></tr></table></a>Bye',
      'Pay (https://a.b)\n\nBye',
    ],
    ['a link with nothing in it', '<a href="https://a.b"><img src="x"></a>', 'https://a.b'],
    [
      'what is styled to have lines of its own',
      '<span style="display:block">Total</span><b style="color:red; display: table">5 €</b><a href="https://a.b" ' +
        'style="DISPLAY:block">Pay</a>now',
      'Total\n5 €\nPay (https://a.b)\nnow',
    ],
    ['what is styled to stand within a line', 'a<span style="display:inline-block">b</span>', 'ab'],
    [
      'a link with nothing in it between words',
      'See<a href="https://a.b"><img src="x"></a>or <a href="https://c.d"></a>, now.',
      'See https://a.b or https://c.d, now.',
    ],
    ['addresses', '<a href="mailto:a@b.c?subject=x">a@b.c</a> <a href="tel:+4930">us</a>', 'a@b.c us (+4930)'],
    ['what leads nowhere', '<a href="#top">up</a> <a href="javascript:x()">x</a> <a name="y">y</a>', 'up x y'],
    ['links left open', '<a href="https://a.b">one<a href="https://c.d">two', 'one (https://a.b) two (https://c.d)'],
    [
      'pictures',
      '<img alt="Acme"><img alt="">by <img alt="us">, <a href="https://a.b"><img alt="Pay now"></a>',
      'Acme by us, Pay now (https://a.b)',
    ],
    ['entities', '&lt;b&gt; &amp;amp; &euro; &#x1f600; &nosuch; &copy', '<b> &amp; € 😀 &nosuch; ©'],
    ['spaces of other kinds', 'a&nbsp;&nbsp;b&ensp;c&thinsp;d&#8203;e&shy;f&#xfeff;', 'a b c def'],
    ['joiners', 'می‌خواهم 👩‍💻 a&zwnj;&nbsp;&zwnj;&nbsp;b', 'می‌خواهم 👩‍💻 a b'],
    ['words in wrong tags', '<b><p>one</b><p>two</i></p></div>three', 'one\n\ntwo\n\nthree'],
    ['no tags', 'a < b & c > d', 'a < b & c > d'],
    ['nothing', '', ''],
  ])('%s', (_, html, text) => {
    expect(textFromHtml(html)).toBe(text);
  });

  it.each(
    (
      'div section article aside header footer nav main address center form fieldset legend details summary hgroup ' +
      'button h4 h6'
    ).split(' '),
  )('<%s> stands on a line of its own', (name) => {
    expect(textFromHtml(`a<${name}>b</${name}><${name}>c</${name}>d`).replace(/\n+/g, '|')).toBe('a|b|c|d');
  });

  it('a mail: nothing of its head, scripts, styles, comments and hidden preview', () => {
    const html = `<!doctype html><html><head><title>Mail &amp; more</title><style>p{}</style>
      <!--[if mso]><xml>x</xml><![endif]--></head>
      <body><div style="color:#fff; display:none !important">Look inside&zwnj;&nbsp;</div><span hidden>x</span>
      <div style="max-height:0px;overflow:hidden">x</div><script>x<b></script>
      <noscript>x</noscript><template>x</template>
      <table style="font-size:0"><tr><td style="font-size:14px">Dear Ann</td></tr></table>
      <img style="display:none" alt="x"></body></html>`;
    expect(textFromHtml(html)).toBe('Dear Ann');
  });

  it('what follows something hidden', () => {
    expect(textFromHtml('<p style="display:none">a<b>b</p>c<span style="display:none"><i>d</span>e')).toBe('ce');
  });
});

const repeat = (text: string) => text.repeat(Math.floor(1_000_000 / text.length));
const within = (outer: string, inner: string) => outer + inner.slice(0, 1_000_000 - outer.length);

/** What took minutes, or might with another reader; about 1 MB each. */
const HOSTILE: [string, string][] = [
  ['quotations around lines', '<blockquote>'.repeat(190) + 'x<br>'.repeat(199_000)],
  ['lists in lists', '<ul><li>'.repeat(50_000) + '</li></ul>'.repeat(50_000)],
  ['open lists', '<ul><li>'.repeat(125_000)],
  ['numbers in numbers', repeat('<ol><li>x')],
  ['tables in tables', '<table><tr><td>'.repeat(66_000)],
  ...['<div>', '<b>', '<p>', '<span hidden>', '<svg>', '<x-y>', '<font><div>', '<table>'].map(
    (tag): [string, string] => [tag, repeat(tag)],
  ),
  ...[
    '<a href=x>y',
    '<p>x',
    '<td colspan=99999>x',
    '<li>x',
    '<dt>x<dd>y',
    '<option>x',
    '<h1>x</h1>',
    '<img alt=x>',
  ].map((tags): [string, string] => [tags, repeat(tags)]),
  ['rows', within('<table>', repeat('<tr><td>x<td>y'))],
  ['Roman numbers', within('<ol type=I>', repeat('<li>x'))],
  ...[
    '<',
    '</',
    '<!',
    '<!--',
    '<![CDATA[',
    '<?',
    '<!doctype ',
    '&',
    '&#',
    '&amp;',
    '&#120;',
    '&nGt;',
    '</b>',
    '<b></i>',
    '<b><p></b></p>',
    '<a><b></a></b>',
  ].map((text): [string, string] => [text, repeat(text)]),
  ['an endless number', within('&#', repeat('0'))],
  ['attributes', within('<p ', repeat('a=b '))],
  ['other attributes', `<p ${Array.from({ length: 100_000 }, (_, index) => `a${index}`).join(' ')}>x`],
  ['a style', `<p style="${repeat('display ').slice(100)}">x`],
  ['a style of spaces', `<p style="display${' '.repeat(990_000)}">x`],
  ['an address', `<a href="${' '.repeat(990_000)}">x</a>`],
  ['an open attribute', within('<a href="', repeat('x'))],
  ...['pre', 'textarea', 'script', 'style', 'title', 'plaintext', 'xmp', 'noscript', 'svg'].map(
    (name): [string, string] => [`open ${name}`, within(`<${name}>`, repeat(`<x\n</${name} `))],
  ),
  ['quoted lines as they stand', within(`${'<blockquote>'.repeat(30)}<pre>`, repeat('x\n'))],
  ['quoted empty lines', within(`${'<blockquote>'.repeat(30)}<pre>`, repeat('\n'))],
  ['quoted rulers', within('<blockquote>'.repeat(30), repeat('<hr>'))],
  ['links around all', within('<a href=x>', repeat('y<i></i>'))],
  ...[' ', '\n', ' \n', '\u00a0', '\u200c', '\u200c ', '\u00ad', '&nbsp;', '&zwnj;'].map((text): [string, string] => [
    JSON.stringify(text),
    within('x', repeat(text)),
  ]),
  ['joiners before a word', `x${'\u200c'.repeat(990_000)}y`],
  ['a long name', within('<', repeat('a'))],
  ['many names', Array.from({ length: 90_000 }, (_, index) => `<x${index}>`).join('')],
];

describe('bounds', () => {
  // Generous to a busy machine: what is quadratic takes a hundred times as long.
  it.each(HOSTILE)('%s', (_, html) => {
    const before = process.cpuUsage();
    expect(lengthOf(html)).toBeLessThanOrEqual(TEXT_BOUNDS.output);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(600);
  });

  it.each([
    ['input', 'x'.repeat(1_000_001)],
    ['elements', '<br>'.repeat(100_001)],
    ['depth', '<div>'.repeat(1_001)],
    ['output', '<blockquote>'.repeat(30) + 'x<br>'.repeat(90_000)],
  ] as const)('%s', (bound, html) => {
    const error = failure(html);
    expect(error).toMatchObject({
      reason: 'text_not_derivable',
      detail: { part: 'html', bound, limit: TEXT_BOUNDS[bound] },
    });
  });

  it('are not met by paragraphs, items and rows without ends', () => {
    const text = textFromHtml(
      `${'<p>x'.repeat(3_000)}<ul>${'<li>x'.repeat(3_000)}</ul><table>${'<tr><td>x'.repeat(3_000)}`,
    );
    expect(text.match(/x/g)).toHaveLength(9_000);
  });

  it('indent no further than to be read', () => {
    const text = textFromHtml(`${'<blockquote>'.repeat(500)}a<br>${'<ul><li>'.repeat(200)}b`);
    expect(text.split('\n').every((line) => line.length < 60)).toBe(true);
  });
});

/** Of the text; 0 where none is made. */
function lengthOf(html: string): number {
  try {
    return textFromHtml(html).length;
  } catch (error) {
    if (error instanceof RenderError) return 0;
    throw error;
  }
}

function failure(html: string): unknown {
  try {
    return textFromHtml(html);
  } catch (error) {
    return error;
  }
}
