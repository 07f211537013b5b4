import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from './compiled-template.js';
import { RenderError } from './render-error.js';
import type { TemplateSource } from './template-source.js';

const render = (source: TemplateSource, variables: Record<string, unknown> = {}) =>
  compileTemplate(source).render(variables);
const html = (source: string, variables: Record<string, unknown> = {}) => render({ html: source }, variables).html;
const text = (source: string, variables: Record<string, unknown> = {}) => render({ text: source }, variables).text;

function failure(run: () => unknown): Pick<RenderError, 'reason' | 'detail'> {
  try {
    run();
  } catch (error) {
    if (error instanceof RenderError) return { reason: error.reason, detail: error.detail };
    throw error;
  }
  throw new Error('it was rendered');
}

describe('rendering', () => {
  it('fills in all parts', () => {
    const source = { subject: 'Hi {{name}}', html: '<p>Hi {{name}}</p>', text: 'Hi {{name}}!' };
    expect(render(source, { name: 'Åsa' })).toEqual({ subject: 'Hi Åsa', html: '<p>Hi Åsa</p>', text: 'Hi Åsa!' });
  });

  it('derives the text from the html', () => {
    const source = { subject: 'x', html: '<h1>Hi</h1><p>Pay <a href="{{url}}">here</a></p>' };
    expect(render(source, { url: 'https://a.b/?c=d&e=f' }).text).toBe('Hi\n\nPay here (https://a.b/?c=d&e=f)');
  });

  it('escapes variables in html only', () => {
    const name = '<script>alert("1")</script> & co';
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; co';
    expect(html('<b>{{name}}</b>', { name })).toBe(`<b>${escaped}</b>`);
    expect(html('{{#each l as |x|}}{{x}}{{this}}{{@key}}{{/each}}', { l: { '<': name } })).toBe(
      `${escaped}${escaped}&lt;`,
    );
    expect(html('{{lookup l 0}}', { l: [name] })).toBe(escaped);
    expect(text('{{name}}', { name })).toBe(name);
  });

  it('leaves template syntax in data alone', () => {
    fc.assert(
      fc.property(fc.constantFrom('{{secret}}', '{{{x}}}', '{{#each a}}', '{{> p}}', '{{/if}}'), (value) => {
        expect(text('{{value}}', { value, secret: 's' })).toBe(value);
      }),
    );
  });

  it('prints a variable of any name like any text', () => {
    expect(text('{{print}} {{lookup}} {{each}} {{if}} {{log}}', { print: 1, lookup: 2, each: 3, if: 4, log: 5 })).toBe(
      '1 2 3 4 5',
    );
  });

  it('knows the blocks of Handlebars', () => {
    const source =
      '{{#each rows}}{{@index}}/{{../size}} {{@key}} {{name}}{{#unless @last}}, {{/unless}}{{/each}}' +
      '{{#each none}}x{{else}} none{{/each}}{{#with owner as |o|}} {{o.name}} {{name}} {{@root.size}}{{/with}}' +
      '{{#if zero}}a{{else if zero includeZero=true}} b{{/if}}{{#each map as |value key|}} {{key}}={{value}}{{/each}}';
    const variables = {
      rows: [{ name: 'a' }, { name: 'b' }],
      size: 2,
      none: [],
      owner: { name: 'c' },
      zero: 0,
      map: { k: true },
    };
    expect(text(source, variables)).toBe('0/2 0 a, 1/2 1 b none c c 2 b k=true');
  });
});

it('inverts a block', () => {
  expect(text('{{^if a}}no{{/if}}{{^each a}}none{{/each}}{{#unless a}}{{else}}x{{/unless}}')).toBe('nonone');
});

describe('a variable that is missing', () => {
  it.each([
    ['{{name}}', {}, 'name'],
    ['{{user.name}}', {}, 'user.name'],
    ['{{user.name}}', { user: {} }, 'user.name'],
    ['{{#each users}}{{name}}{{/each}}', {}, 'users'],
    ['{{#each users}}{{name}}{{/each}}', { users: [{}] }, 'name'],
    ['{{#with user}}{{../other}}{{/with}}', { user: 1 }, '../other'],
    ['{{lookup names locale}}', { names: { en: 'x' }, locale: 'de' }, 'lookup names locale'],
  ])('stops %s', (source, variables, variable) => {
    expect(failure(() => text(source, variables))).toEqual({
      reason: 'missing_variable',
      detail: { part: 'text', variable },
    });
  });

  it('renders as nothing when lenient', () => {
    expect(render({ text: 'Hi {{user.name}}{{#each a}}x{{/each}}!', lenient: true }).text).toBe('Hi !');
  });

  it('may be asked for, and may be null', () => {
    expect(text('{{#if name}}{{name}}{{else}}friend{{/if}}{{nothing}}', { nothing: null })).toBe('friend');
  });

  it('is not found on a prototype', () => {
    const own = Object.create({ inherited: 'x' }) as Record<string, unknown>;
    expect(failure(() => text('{{inherited}}', own)).reason).toBe('missing_variable');
    expect(failure(() => text('{{lookup this key}}', { key: 'constructor' })).reason).toBe('missing_variable');
    expect(failure(() => text('{{lookup this key}}', { key: '__proto__' })).reason).toBe('missing_variable');
    expect(failure(() => text('{{toString}}', {})).reason).toBe('missing_variable');
  });
});

describe('a value that has no text', () => {
  it.each([
    [{ a: 1 }, 'object'],
    [[1], 'list'],
  ])('stops %o', (value, type) => {
    const detail = { part: 'text', variable: 'value', type };
    expect(failure(() => text('{{value}}', { value }))).toEqual({ reason: 'not_printable', detail });
  });
});

describe('bounds', () => {
  const list = Array.from({ length: 300 }, (_, i) => i);

  it('ends a loop in a loop in a loop', () => {
    const nested = '{{#each list}}{{#each @root.list}}{{#each @root.list}}{{this}}{{/each}}{{/each}}{{/each}}';
    const template = compileTemplate({ html: nested });
    const start = performance.now();
    expect(failure(() => template.render({ list })).reason).toBe('too_many_steps');
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('ends empty loops', () => {
    const nested = '{{#each list}}{{#each @root.list}}{{#each @root.list}}{{/each}}{{/each}}{{/each}}';
    expect(failure(() => text(nested, { list })).reason).toBe('too_many_steps');
  });

  it('ends output that grows by its variables', () => {
    expect(failure(() => html('{{#each list}}{{../a}}{{/each}}', { list, a: '<'.repeat(10_000) }))).toEqual({
      reason: 'output_too_large',
      detail: { part: 'html', limit: 1_000_000 },
    });
  });

  it('ends output that grows by its own text', () => {
    const source = `{{#each list}}${'x'.repeat(10_000)}{{/each}}`;
    expect(failure(() => html(source, { list })).reason).toBe('output_too_large');
  });

  it('does not walk through a list that is beyond them', () => {
    let walked = 0;
    const watched = new Proxy(Array.from({ length: 60_000 }), {
      get(target, key) {
        if (key !== 'length') walked++;
        return Reflect.get(target, key) as unknown;
      },
    });
    expect(failure(() => text('{{#each list}}{{/each}}', { list: watched })).reason).toBe('too_many_steps');
    expect(walked).toBe(0);
  });

  it('show so much of a name', () => {
    const { detail } = failure(() => text(`{{${'a'.repeat(100_000)}}}`));
    expect(detail['variable']).toHaveLength(200);
  });

  it('counts anew for every rendering', () => {
    const template = compileTemplate({ text: '{{#each list}}{{this}}{{/each}}' });
    const texts = new Set(Array.from({ length: 200 }, () => template.render({ list }).text));
    expect([...texts]).toEqual([list.join('')]);
  });

  it('bounds a subject', () => {
    expect(failure(() => render({ subject: '{{a}}', text: '' }, { a: 'x'.repeat(1_001) })).reason).toBe(
      'output_too_large',
    );
  });
});

describe('a subject', () => {
  it.each(['\n', '\r', '\r\nBcc: victim@example.com', '\u2028', '\u0085', '\v'])('is one line: %j', (value) => {
    const source = { subject: 'Hello {{name}}', text: 'x' };
    expect(failure(() => render(source, { name: `a${value}b` })).reason).toBe('line_break_in_subject');
  });
});
