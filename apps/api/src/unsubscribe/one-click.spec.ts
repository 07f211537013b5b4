import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWish } from './one-click.js';

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=x';

function part(headers: string[], value = 'One-Click', name = 'List-Unsubscribe'): string {
  return ['--x', `Content-Disposition: form-data; name="${name}"`, ...headers, '', value, ''].join('\r\n');
}

function read(body: string, type?: string) {
  return readWish(Buffer.from(body), type);
}

describe('readWish', () => {
  it.each<[string, string, string | undefined]>([
    ['as RFC 8058 has it', 'List-Unsubscribe=One-Click', FORM],
    ['with a charset', 'List-Unsubscribe=One-Click', `${FORM}; charset=UTF-8`],
    ['with a line end', 'List-Unsubscribe=One-Click\r\n', FORM],
    ['in small letters', 'list-unsubscribe=one-click', FORM],
    ['in capitals', 'LIST-UNSUBSCRIBE=ONE-CLICK', FORM],
    ['with a percent-encoded hyphen', 'List%2DUnsubscribe=One%2dClick', FORM],
    ['percent-encoded, = included', 'List-Unsubscribe%3DOne-Click', FORM],
    ['with spaces as +', '+List-Unsubscribe+=+One-Click+', FORM],
    ['in quotes', '"List-Unsubscribe"="One-Click"', FORM],
    ['beside other fields', 'a=b&List-Unsubscribe=One-Click&c', FORM],
    ['as plain text', 'List-Unsubscribe=One-Click', 'text/plain'],
    ['as bytes', 'List-Unsubscribe=One-Click', 'application/octet-stream'],
    ['without a type', 'List-Unsubscribe=One-Click', undefined],
    ['with an empty type', 'List-Unsubscribe=One-Click', ''],
    ['as multipart', `${part([])}--x--\r\n`, MULTIPART],
    ['with a type of the part', `${part(['Content-Type: text/plain; charset=UTF-8'])}--x--\r\n`, MULTIPART],
    [
      'with more headers of the part',
      `${part(['Content-Type: text/plain', 'Content-Length: 9', 'X-Odd: 1'])}--x--`,
      MULTIPART,
    ],
    ['with a part of bytes', `${part(['Content-Type: application/octet-stream'])}--x--\r\n`, MULTIPART],
    ['with a quoted boundary', `${part([])}--x--\r\n`, 'Multipart/Form-Data; charset=utf-8; Boundary="x"'],
    ['with a part of a file', `${part([]).replace('"\r\n', '"; filename="a.txt"\r\n')}--x--\r\n`, MULTIPART],
    [
      'after a part without a name',
      `--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n${part([])}--x--\r\n`,
      MULTIPART,
    ],
    ['after long parts', `${part([], 'v'.repeat(6_000), 'n').repeat(10)}${part([])}--x--\r\n`, MULTIPART],
    ['beside an empty part', `${part([], '', 'empty')}${part([])}--x--\r\n`, MULTIPART],
    ['without quotes around the name', `${part([]).replace(/"/g, '')}--x--\r\n`, MULTIPART],
    ['with line feeds alone', `${part([])}--x--\n`.replaceAll('\r\n', '\n'), MULTIPART],
    ['as multipart in small letters', `${part([], 'one-click', 'list-unsubscribe')}--x--\r\n`, MULTIPART],
    ['as multipart that says no boundary', `${part([])}--x--\r\n`, 'multipart/form-data'],
    ['as multipart without a type', `${part([])}--x--\r\n`, undefined],
    ['as multipart called a form', `${part([])}--x--\r\n`, FORM],
    ['after a line end', `\r\n${part([])}--x--\r\n`, MULTIPART],
    ['with a preamble', `This is a form.\r\n${part([])}--x--\r\n`, MULTIPART],
    ['with no last boundary', `${part([])}--x\r\n`, MULTIPART],
  ])('finds one click: %s', async (_name, body, type) => {
    expect(await read(body, type)).toBe('unsubscribe');
  });

  it('finds the wish of the page to take it back', async () => {
    expect(await read('action=resubscribe', FORM)).toBe('resubscribe');
  });

  it.each<[string, string, string | undefined]>([
    ['nothing', '', FORM],
    ['nothing, without a type', '', undefined],
    ['another value', 'List-Unsubscribe=Maybe', FORM],
    ['another name', 'Unsubscribe=One-Click', FORM],
    ['more than the value', 'List-Unsubscribe=One-Click-Not', FORM],
    ['the words apart', 'List-Unsubscribe and then One-Click', 'text/plain'],
    ['JSON', '{"List-Unsubscribe":"One-Click"}', 'application/json'],
    ['JSON with a pair in it', '{"a":"&List-Unsubscribe=One-Click&"}', 'application/json; charset=utf-8'],
    ['JSON that overrides toString', '{"toString":1}', 'application/json'],
    ['broken escapes', '%E0%A4%A=%', FORM],
    ['a form with nothing in it', '--x--\r\n', MULTIPART],
    ['a part that is cut off in its headers', '--x\r\nContent-Dispos', MULTIPART],
    ['a part without headers', '--x\r\n\r\n--x--\r\n', MULTIPART],
    ['a part without a name', '--x\r\nContent-Disposition: form-data\r\n\r\nOne-Click\r\n--x--\r\n', MULTIPART],
    ['a boundary that is not there', 'no form at all', MULTIPART],
    ['bytes', '\0\u0001\u0002', undefined],
  ])('finds nothing in %s', async (_name, body, type) => {
    expect(await read(body, type)).toBeNull();
  });

  it('answers whatever a form is made of', async () => {
    const words = [
      '--x',
      '--',
      '\r\n',
      '\n',
      'Content-Disposition: form-data',
      '; name="a"',
      '; name=',
      `; name*=utf-8''%zz`,
      '; filename="a"',
    ];
    const others = [
      'Content-Type: text/plain',
      '; charset=zz',
      'Content-Transfer-Encoding: base64',
      ': ',
      '%',
      '=',
      '"',
      '\\',
      '\0',
      'é',
    ];
    const form = fc.array(fc.constantFrom(...words, ...others), { maxLength: 30 });
    const type = fc.constantFrom(MULTIPART, 'multipart/form-data', 'text/plain');
    const answers = fc.asyncProperty(form, type, async (parts, as) => {
      expect(await read(`--x\r\n${parts.join('')}`, as)).toBeNull();
    });
    await fc.assert(answers, { numRuns: 2_000 });
  });

  it('looks at a bounded number of pairs and parts', async () => {
    const parts = part([], 'v', 'n').repeat(300);
    expect(await read(`${parts}${part([])}--x--\r\n`, MULTIPART)).toBeNull();
    expect(await read(`${'a=b&'.repeat(300)}List-Unsubscribe=One-Click`, FORM)).toBeNull();
  });
});
