import { CHANNEL } from '@outbell/channels/channels.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type FieldError, InputError } from '@outbell/shared/errors.js';
import { parseTemplate } from './template-parser.js';
import { keepsBounds } from './plain-text/text-bounds.js';
import { textFault } from './text-from-html.js';
import { type Part, PARTS, type TemplateSource } from './template-source.js';

/**
 * Decides whether a template may be saved: what its channel can carry, and what Handlebars may do here (see
 * template-parser.ts).
 *
 * @returns the root variables it cannot be rendered without, sorted; none for a lenient one
 * @throws {InputError} naming every part that is wrong
 */
export function checkTemplate(channel: Channel, source: TemplateSource): { variables: string[] } {
  const errors = partErrors(channel, source);
  const variables = new Set<string>();
  for (const part of PARTS) {
    const text = source[part];
    if (text === null || text === undefined) continue;
    try {
      for (const name of parseTemplate(part, text).variables) variables.add(name);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      errors.push(...error.errors);
    }
  }
  if (errors.length > 0) throw new InputError(errors.map((error) => ({ code: 'invalid_template', ...error })));
  checkText(source);
  return { variables: source.lenient ? [] : [...variables].sort() };
}

/** Without variables it is known now whether its text can be made; with them when it is rendered. */
function checkText({ html, text }: TemplateSource): void {
  if (!html || text || html.includes('{{') || keepsBounds(html)) return;
  const fault = textFault(html);
  if (fault) throw InputError.forField('html', fault, 400, 'text_not_derivable');
}

function partErrors(channel: Channel, source: TemplateSource): FieldError[] {
  const { carries, needs } = CHANNEL[channel].template;
  const errors: FieldError[] = [];
  for (const part of PARTS) {
    if (source[part] && !carries.includes(part))
      errors.push({ field: part, message: `${channel} cannot carry ${part}` });
  }
  for (const group of needs) {
    if (group.some((part) => source[part])) continue;
    errors.push({ field: group[0] as Part, message: `${channel} needs ${group.join(' or ')}` });
  }
  if (/[\r\n]/.test(source.subject ?? '')) errors.push({ field: 'subject', message: 'must be one line' });
  return errors;
}
