import Handlebars from 'handlebars';
import { createEngine } from './helpers.js';
import { RenderBudget } from './render-budget.js';
import { RenderError } from './render-error.js';
import { parseTemplate } from './template-parser.js';
import type { Part, TemplateSource } from './template-source.js';
import { textFromHtml } from './text-from-html.js';

/** Content of one message. An email carries a text beside its html, derived from it where the author wrote none. */
export interface RenderedContent {
  subject?: string;
  html?: string;
  text: string;
}

export interface CompiledTemplate {
  /** @throws {RenderError} with a stable reason; the same variables always give the same result */
  render(variables: Record<string, unknown>): RenderedContent;
}

const html = createEngine((text) => Handlebars.escapeExpression(text));
const plain = createEngine((text) => text);

// What breaks a line in a header, for any mail program: with one of these a variable could add headers of its own.
const LINE_BREAK = /[\r\n\v\f\u0085\u2028\u2029]/;

/**
 * Compiles a template once, to be rendered often.
 *
 * @throws {InputError} when the source breaks a rule (it was checked when saved: see template-policy.ts)
 */
export function compileTemplate(source: TemplateSource): CompiledTemplate {
  const lenient = source.lenient ?? false;
  const subject = compilePart('subject', source.subject, lenient);
  const markup = compilePart('html', source.html, lenient);
  const text = compilePart('text', source.text, lenient);
  return {
    render(variables) {
      const rendered = markup?.(variables);
      return {
        ...(subject && { subject: oneLine(subject(variables)) }),
        ...(rendered !== undefined && { html: rendered }),
        text: text ? text(variables) : textFromHtml(rendered ?? ''),
      };
    },
  };
}

type RenderPart = (variables: Record<string, unknown>) => string;

function compilePart(part: Part, source: string | null | undefined, lenient: boolean): RenderPart | undefined {
  if (!source) return undefined;
  const engine = part === 'html' ? html : plain;
  const { helpers } = engine;
  const render = engine.compile<Record<string, unknown>>(parseTemplate(part, source).program, {
    knownHelpers: { print: true },
    knownHelpersOnly: true,
  });
  return (variables) => {
    const budget = new RenderBudget(part, lenient);
    const output = run(() => render(variables, { ...PREPARED, helpers, data: { budget, root: variables } }), part);
    budget.fits(output.length);
    return output;
  };
}

const NOTHING = { whitelist: Object.create(null) as object, defaultValue: false };

/**
 * How Handlebars runs a partial: with what it is given, instead of wrapping every helper anew for each rendering, which
 * costs as much as the rendering itself. What a prototype holds is not reached.
 */
const PREPARED = { partial: true, hooks: {}, protoAccessControl: { properties: NOTHING, methods: NOTHING } };

function run(render: () => string, part: Part): string {
  try {
    return render();
  } catch (error) {
    if (error instanceof RenderError) throw error;
    throw new RenderError('template_error', { part, message: error instanceof Error ? error.message : String(error) });
  }
}

function oneLine(subject: string): string {
  if (LINE_BREAK.test(subject)) throw new RenderError('line_break_in_subject', { part: 'subject' });
  return subject;
}
