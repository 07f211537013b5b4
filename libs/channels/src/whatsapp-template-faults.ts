import { isLongerThan } from '@outbell/shared/characters.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { WhatsAppButton, WhatsAppHeader, WhatsAppTemplate } from '@outbell/shared/whatsapp-template.js';

/** Longest values of a button, in characters. */
const LONGEST: Record<WhatsAppButton['type'], number> = { url: 2_000, quick_reply: 256, copy_code: 20 };

/** What WhatsApp could not fetch is no place for a picture: its servers are outside. */
const INSIDE_NAME = /(^|\.)(localhost|local|internal|invalid|test|example|onion|home\.arpa)\.?$/i;

/** Lists what of a template does not go together; empty when all does. Its fields by themselves have been checked. */
export function whatsAppTemplateFaults(template: WhatsAppTemplate, isOutside: (host: string) => boolean): FieldError[] {
  const { parameters, named_parameters: named, header, buttons = [] } = template;
  const errors: FieldError[] = [];
  if (named && parameters.length > 0)
    errors.push({ field: 'named_parameters', message: 'is given beside parameters; leave one of the two out' });
  if (header) errors.push(...headerErrors(header, isOutside));
  errors.push(...buttonErrors(buttons));
  return errors.map(({ field, message }) => ({ field: `whatsapp_template.${field}`, message }));
}

function headerErrors(header: WhatsAppHeader, isOutside: (host: string) => boolean): FieldError[] {
  const { type, text, parameter_name: name, link, id, filename } = header;
  const errors: FieldError[] = [];
  const foreign = (field: string, value: unknown) => {
    if (value !== undefined)
      errors.push({ field: `header.${field}`, message: `a header of ${type} has no ${field}; leave it out` });
  };
  if (type === 'text') {
    if (text === undefined) errors.push({ field: 'header.text', message: 'a header of text needs it' });
    foreign('link', link);
    foreign('id', id);
  } else {
    foreign('text', text);
    foreign('parameter_name', name);
    errors.push(...mediaErrors(type, header, isOutside));
  }
  if (type !== 'document') foreign('filename', filename);
  return errors;
}

function mediaErrors(type: string, { link, id }: WhatsAppHeader, isOutside: (host: string) => boolean): FieldError[] {
  if (link !== undefined && id !== undefined)
    return [{ field: 'header.id', message: 'is given beside link; leave one of the two out' }];
  if (link === undefined)
    return id === undefined ? [{ field: 'header.link', message: `a header of ${type} needs it, or id` }] : [];
  return isFetchable(link, isOutside)
    ? []
    : [{ field: 'header.link', message: 'must be an https address at a public name' }];
}

/** Tells whether WhatsApp may fetch a link: by https, at a host outside, without credentials. */
export function isFetchable(link: string, isOutside: (host: string) => boolean): boolean {
  if (!URL.canParse(link)) return false;
  const { protocol, hostname, username, password } = new URL(link);
  if (protocol !== 'https:' || username !== '' || password !== '' || !hostname.includes('.')) return false;
  return !INSIDE_NAME.test(hostname) && isOutside(hostname);
}

function buttonErrors(buttons: readonly WhatsAppButton[]): FieldError[] {
  const taken = new Set<number>();
  return buttons.flatMap(({ type, value, index }, place) => {
    const at = index ?? place;
    const errors: FieldError[] = [];
    if (taken.has(at)) errors.push({ field: `buttons.${place}.index`, message: `another button has the place ${at}` });
    taken.add(at);
    if (isLongerThan(value, LONGEST[type]))
      errors.push({
        field: `buttons.${place}.value`,
        message: `of ${type} must have at most ${LONGEST[type]} characters`,
      });
    return errors;
  });
}
