import Handlebars from 'handlebars';
import { InputError } from '@outbell/shared/errors.js';
import { BLOCKS, HELPERS, PRINT } from './helpers.js';
import { guardParser } from './template-guard.js';
import type { Part } from './template-source.js';

type Node = hbs.AST.Node;
type Path = hbs.AST.PathExpression;

// Handlebars' types call these always present; what the author left out is undefined.
type Call = Pick<hbs.AST.BlockStatement, 'params' | 'loc'> & { hash?: hbs.AST.Hash };
type Program = Omit<hbs.AST.Program, 'blockParams'> & { blockParams?: string[] };
type Block = Omit<hbs.AST.BlockStatement, 'program' | 'inverse' | 'hash'> &
  Call & { program?: Program; inverse?: Program };

/** A template that kept the rules, ready to be compiled. */
export interface ParsedTemplate {
  program: hbs.AST.Program;
  /** Root variables without which it cannot be rendered (those used only within a block may be absent). */
  variables: Set<string>;
}

const LOOP_DATA = new Set(['root', 'index', 'key', 'first', 'last']);
const FORBIDDEN = /^(constructor|prototype|__\w+__)$/;

/**
 * Reads one part of a template, holds it to the rules, and makes every value go through the `print` helper, which
 * counts, escapes and names what is missing.
 *
 * @throws {InputError} that names the part, the line and the rule
 */
export function parseTemplate(part: Part, source: string): ParsedTemplate {
  guardParser(part, source);
  return new TemplateReader(part).read(source);
}

class TemplateReader {
  private readonly variables = new Set<string>();
  private depth = 0;

  constructor(private readonly part: Part) {}

  read(source: string): ParsedTemplate {
    const program = this.parse(source);
    this.program(program);
    return { program, variables: this.variables };
  }

  private parse(source: string): hbs.AST.Program {
    try {
      return Handlebars.parse(source);
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
      throw InputError.forField(this.part, `is not a valid template: ${reason}`);
    }
  }

  private program(program: Program | undefined): void {
    for (const statement of program?.body ?? []) this.statement(statement);
  }

  private statement(node: hbs.AST.Statement): void {
    if (isMustache(node)) this.mustache(node);
    else if (isBlock(node)) this.block(node);
    else if (node.type.startsWith('Partial'))
      this.reject(node, 'partials ({{> …}}) are not available; write the text out');
    else if (node.type.startsWith('Decorator')) this.reject(node, 'decorators ({{* …}}) are not available');
  }

  /** `{{user.name}}` or `{{lookup list key}}`: becomes `{{print … "user.name"}}`. */
  private mustache(node: hbs.AST.MustacheStatement): void {
    if (this.part === 'html' && !node.escaped) {
      this.reject(node, 'unescaped output ({{{…}}}, {{&…}}) is not allowed in html; write {{…}}');
    }
    const value = this.value(node);
    const name = sourceOf(value);
    node.path = pathTo(PRINT, node);
    node.params = [value, text(name, node)];
    node.escaped = true;
  }

  private value(node: hbs.AST.MustacheStatement): hbs.AST.Expression {
    if (!isPath(node.path)) return this.reject(node, 'a fixed value needs no braces');
    if (node.params.length === 0 && !hasHash(node)) {
      this.path(node.path, true);
      return node.path;
    }
    const call = { type: 'SubExpression', path: node.path, params: node.params, hash: node.hash, loc: node.loc };
    this.expression(call, true);
    return call;
  }

  private block(node: Block): void {
    const name = node.path.original;
    if (!BLOCKS.has(name)) this.reject(node, `unknown block {{#${name}}}; there are #if, #unless, #each and #with`);
    if (node.params.length !== 1) this.reject(node, `{{#${name}}} takes exactly one value`);
    const list = name === 'each' || name === 'with';
    this.options(node, list ? [] : ['includeZero']);
    // Without {{else}} nothing says what a missing list means, so a strict template asks for it.
    for (const param of node.params) this.expression(param, list && !node.inverse);
    if (list) node.params.push(text(sourceOf(node.params[0] as Node), node));
    this.blockParams(node);
    this.depth++;
    this.program(node.program);
    this.program(node.inverse);
    this.depth--;
  }

  private blockParams(node: Block): void {
    // {{^each list as |x|}} puts them on the inverse.
    for (const name of [node.program, node.inverse].flatMap((program) => program?.blockParams ?? [])) {
      if (!/^[A-Za-z]\w*$/.test(name) || HELPERS.has(name) || FORBIDDEN.test(name)) {
        this.reject(node, `|${name}| cannot be the name of a block parameter`);
      }
    }
  }

  private expression(node: hbs.AST.Expression, required: boolean): void {
    if (isPath(node)) this.path(node, required);
    if (!isCall(node)) return;
    if (node.path.original !== 'lookup') {
      this.reject(node, `unknown helper ${node.path.original}; there is only lookup`);
    }
    if (node.params.length !== 2) this.reject(node, 'lookup takes an object and a key');
    this.options(node, []);
    for (const param of node.params) this.expression(param, required);
  }

  private options(node: Call, allowed: string[]): void {
    for (const pair of node.hash?.pairs ?? []) {
      if (!allowed.includes(pair.key)) this.reject(node, `unknown option ${pair.key}=`);
      this.expression(pair.value, false);
    }
  }

  private path(node: Path, required: boolean): void {
    const [first, second] = node.parts;
    const forbidden = node.parts.find((part) => FORBIDDEN.test(part));
    if (forbidden !== undefined) this.reject(node, `${forbidden} cannot be read in a template`);
    if (node.data && !LOOP_DATA.has(first ?? '')) {
      this.reject(node, `unknown @${first}; there are @root, @index, @key, @first and @last`);
    }
    if (!required || this.depth > 0) return;
    const variable = node.data ? second : first;
    if (variable !== undefined) this.variables.add(variable);
  }

  private reject(node: Pick<Node, 'loc'>, rule: string): never {
    throw InputError.forField(this.part, `line ${node.loc.start.line}: ${rule}`);
  }
}

const isMustache = (node: Node): node is hbs.AST.MustacheStatement => node.type === 'MustacheStatement';
const isBlock = (node: Node): node is Node & Block => node.type === 'BlockStatement';
const isPath = (node: Node): node is Path => node.type === 'PathExpression';
const isCall = (node: Node): node is hbs.AST.SubExpression => node.type === 'SubExpression';
const hasHash = (node: Call): boolean => (node.hash?.pairs.length ?? 0) > 0;

function pathTo(name: string, node: Node): Path {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc: node.loc };
}

function text(value: string, node: Node): hbs.AST.StringLiteral {
  return { type: 'StringLiteral', value, original: value, loc: node.loc };
}

/** Characters of an expression that an error shows. */
const LONGEST_NAME = 200;

/** Gives an expression as the author wrote it, for errors; a long one is cut. */
function sourceOf(node: Node): string {
  return written(node).slice(0, LONGEST_NAME);
}

function written(node: Node): string {
  if (isCall(node)) return `${node.path.original} ${node.params.map(written).join(' ')}`;
  return 'original' in node ? String(node.original) : node.type;
}
