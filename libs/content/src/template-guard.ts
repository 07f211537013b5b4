import { isLongerThan } from '@outbell/shared/characters.js';
import Handlebars from 'handlebars';
import { InputError } from '@outbell/shared/errors.js';
import type { Part } from './template-source.js';

const MAX_SOURCE = 200_000;
/** A plain `{{name}}` with the text around it is four tokens. */
const MAX_TOKENS = 5_000;
const MAX_DEPTH = 20;

const OPENS = new Set(['OPEN_BLOCK', 'OPEN_INVERSE', 'OPEN_INVERSE_CHAIN', 'OPEN_PARTIAL_BLOCK', 'OPEN_SEXPR']);
const CLOSES = new Set(['OPEN_ENDBLOCK', 'CLOSE_SEXPR']);

/** Handlebars' own tokenizer, which its types leave out. */
interface Lexer {
  yy: object;
  setInput(source: string): void;
  lex(): number | string;
}
const { lexer, terminals_: tokenNames } = (
  Handlebars as unknown as { Parser: { lexer: Lexer; terminals_: Record<string, string | undefined> } }
).Parser;

/**
 * Keeps from Handlebars' parser what it would chew on for minutes: its time grows with the square of nesting, so 60 KB
 * of brackets hold up a process. The tokenizer alone is linear up to the first token that is not one.
 *
 * @throws {InputError} when a template is too large or nested too deep
 */
export function guardParser(part: Part, source: string): void {
  // Handlebars would compile an object as a syntax tree, that is, as code.
  if (typeof source !== 'string') throw InputError.forField(part, 'must be text');
  if (isLongerThan(source, MAX_SOURCE)) throw InputError.forField(part, `is longer than ${MAX_SOURCE} characters`);
  let depth = 0;
  let count = 0;
  for (const token of tokensOf(source)) {
    if (OPENS.has(token)) depth++;
    if (CLOSES.has(token)) depth--;
    if (depth > MAX_DEPTH) throw InputError.forField(part, `has blocks nested or chained deeper than ${MAX_DEPTH}`);
    if (++count > MAX_TOKENS) throw InputError.forField(part, 'has too many tags; make it smaller');
  }
}

/** Ends at the first malformed token: there the parser will stop too. */
function* tokensOf(source: string): Generator<string> {
  lexer.yy = {};
  lexer.setInput(source);
  for (;;) {
    let name: string | undefined;
    try {
      name = tokenNames[lexer.lex()];
    } catch {
      return;
    }
    if (name === undefined || name === 'EOF') return;
    yield name;
  }
}
