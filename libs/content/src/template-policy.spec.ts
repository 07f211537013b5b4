import { describe, expect, it } from 'vitest';
import { InputError } from '@outbell/shared/errors.js';
import { checkTemplate } from './template-policy.js';

const email = (html: string) => checkTemplate('email', { subject: 'Hello', html });

describe('what a template may hold', () => {
  it.each([
    ['an unclosed block', '{{#if a}}open', /not a valid template/],
    ['an unclosed tag', '{{name', /not a valid template/],
    ['constructor', '{{user.constructor}}', /constructor cannot be read/],
    ['__proto__', '{{__proto__.polluted}}', /__proto__ cannot be read/],
    ['__defineGetter__', '{{a.__defineGetter__}}', /cannot be read/],
    ['a bracketed constructor', '{{user.[constructor]}}', /constructor cannot be read/],
    ['a constructor by the parent path', '{{#each a}}{{../constructor}}{{/each}}', /constructor cannot be read/],
    ['a constructor by @root', '{{@root.constructor.name}}', /constructor cannot be read/],
    ['a constructor in a block’s argument', '{{#with constructor}}x{{/with}}', /constructor cannot be read/],
    ['a constructor in an option', '{{#if a includeZero=b.constructor}}x{{/if}}', /constructor cannot be read/],
    ['triple-stash', '{{{name}}}', /unescaped output/],
    ['an ampersand', '{{&name}}', /unescaped output/],
    ['triple-stash within blocks', '{{#if a}}{{else}}{{{name}}}{{/if}}', /unescaped output/],
    ['a partial', '{{> etc/passwd}}', /partials/],
    ['a partial by path', '{{> "/etc/passwd"}}', /partials/],
    ['a dynamic partial', '{{> (lookup . "x")}}', /partials/],
    ['a partial block', '{{#> layout}}x{{/layout}}', /partials/],
    ['an inline partial', '{{#*inline "x"}}y{{/inline}}', /decorators/],
    ['a decorator', '{{* deco}}', /decorators/],
    ['an unknown block', '{{#items}}x{{/items}}', /unknown block {{#items}}/],
    ['an inverse section', '{{^items}}x{{/items}}', /unknown block/],
    ['an unknown helper', '{{shout name}}', /unknown helper shout/],
    ['our own helper', '{{print name}}', /unknown helper print/],
    ['the log helper', '{{log name}}', /unknown helper log/],
    ['helperMissing', '{{helperMissing "x" "y"}}', /unknown helper/],
    ['a block as a helper', '{{each a}}', /unknown helper each/],
    ['a quoted value', '{{"name"}}', /needs no braces/],
    ['two arguments', '{{#if a b}}x{{/if}}', /exactly one value/],
    ['an unknown option', '{{#each a limit=3}}x{{/each}}', /unknown option limit=/],
    ['private data', '{{@budget}}', /unknown @budget/],
    ['a block parameter that hides the escaping', '{{#each a as |print|}}{{x}}{{/each}}', /block parameter/],
    ['the same on an inverse', '{{^each a as |print|}}{{x}}{{/each}}', /block parameter/],
    ['the same on a chain', '{{#if a}}{{else each b as |print|}}{{x}}{{/if}}', /block parameter/],
    ['a block parameter that hides a block', '{{#each a as |if|}}{{#if x}}{{/if}}{{/each}}', /block parameter/],
    ['blocks nested too deep', '{{#if a}}'.repeat(21) + '{{/if}}'.repeat(21), /nested or chained deeper/],
    ['conditions chained too long', `{{#if a}}${'{{else if b}}'.repeat(20)}{{/if}}`, /nested or chained deeper/],
    ['too many tags', '{{a}}'.repeat(1_700), /too many tags/],
    ['too long a source', 'x'.repeat(200_001), /longer than 200000/],
    ['a raw block', '{{{{raw}}}} {{x}} {{{{/raw}}}}', /unknown block {{#raw}}/],
  ])('refuses %s', (_, html, message) => {
    expect(() => email(html)).toThrow(message);
    expect(() => email(html)).toThrow(InputError);
  });

  it.each([
    ['nested blocks', '{{#if a}}'.repeat(9_000) + '{{/if}}'.repeat(9_000)],
    ['nested brackets', `{{#if ${'(a '.repeat(30_000)}b${')'.repeat(30_000)}}}{{/if}}`],
    ['open brackets', `{{lookup ${'[a '.repeat(60_000)}`],
    ['an open comment', `{{!{{${'-'.repeat(199_000)}`],
    ['open quotes', `{{lookup ${'"'.repeat(190_000)}`],
    ['a long path', `{{${'a.'.repeat(90_000)}a}}`],
    ['many options', `{{#if ${'a=1 '.repeat(49_000)}}}{{/if}}`],
  ])('refuses at once what takes the parser minutes: %s', (_, html) => {
    const start = performance.now();
    expect(() => email(html)).toThrow(InputError);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('names the part and the line', () => {
    expect(() => checkTemplate('email', { subject: 'a', text: 'one\ntwo {{> x}}' })).toThrow(/^text: line 2: partials/);
  });

  it('names every part that is wrong', () => {
    expect(() => checkTemplate('email', { subject: '{{a', text: '{{/b}}' })).toThrow(/subject: .*; text: /);
  });

  it('refuses a syntax tree in place of text', () => {
    const tree = { type: 'Program', body: [{ type: 'NumberLiteral', value: 'process.exit()' }] } as unknown as string;
    expect(() => checkTemplate('email', { subject: 'a', html: tree })).toThrow('html: must be text');
  });

  it('allows unescaped output where nothing is escaped', () => {
    expect(checkTemplate('email', { subject: '{{{a}}}', text: '{{&b}}' }).variables).toEqual(['a', 'b']);
  });
});

describe('what a channel can carry', () => {
  it.each([
    ['email', { html: 'x' }, /subject: email needs subject/],
    ['email', { subject: 'x' }, /html: email needs html or text/],
    ['email', { subject: 'a\r\nBcc: x@y.z', text: 'x' }, /subject: must be one line/],
    ['sms', { text: 'x', subject: 'x' }, /subject: sms cannot carry subject/],
    ['sms', { html: 'x' }, /html: sms cannot carry html.*text: sms needs text/],
    ['push', { subject: 'x' }, /text: push needs text/],
  ] as const)('%s: refuses %o', (channel, source, message) => {
    expect(() => checkTemplate(channel, source)).toThrow(message);
  });
});

describe('the variables a template needs', () => {
  const variables = (html: string, lenient = false) =>
    checkTemplate('email', { subject: 'x', html, lenient }).variables;

  it('are the roots of what is printed', () => {
    expect(variables('{{b.c}} {{a}} {{@root.d.e}} {{this.f}}')).toEqual(['a', 'b', 'd', 'f']);
  });

  it('do not include what only blocks use, nor what a condition asks for', () => {
    expect(variables('{{#if a}}{{b}}{{else}}{{c}}{{/if}}{{#unless d}}{{e}}{{/unless}}')).toEqual([]);
  });

  it('include a list, unless {{else}} says what to do without it', () => {
    expect(variables('{{#each a as |x|}}{{x.y}}{{/each}}{{#with b}}{{z}}{{/with}}')).toEqual(['a', 'b']);
    expect(variables('{{#each a}}{{this}}{{else}}none{{/each}}')).toEqual([]);
  });

  it('include both sides of a look-up', () => {
    expect(variables('{{lookup names locale}}')).toEqual(['locale', 'names']);
  });

  it('are none when lenient', () => {
    expect(variables('{{a}}', true)).toEqual([]);
  });
});
