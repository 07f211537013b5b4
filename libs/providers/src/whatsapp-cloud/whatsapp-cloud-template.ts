import type { WhatsAppButton, WhatsAppHeader, WhatsAppTemplate } from '@outbell/shared/whatsapp-template.js';

/**
 * A template as Meta's API has it
 * (https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates). There is one policy, the
 * exact language, and Meta's description of its API asks for it all the same.
 */
export function templateOf(template: WhatsAppTemplate): object {
  const { name, language, header, buttons = [] } = template;
  const body = bodyParameters(template);
  const components = [
    ...(header ? [{ type: 'header', parameters: [headerParameter(header)] }] : []),
    ...(body.length > 0 ? [{ type: 'body', parameters: body }] : []),
    ...buttons.map(button),
  ];
  return { name, language: { policy: 'deterministic', code: language }, components };
}

function bodyParameters({ parameters, named_parameters: named }: WhatsAppTemplate): object[] {
  if (!named) return parameters.map((text) => ({ type: 'text', text }));
  return Object.entries(named).map(([name, text]) => ({ type: 'text', parameter_name: name, text }));
}

function headerParameter({ type, text, parameter_name: name, link, id, filename }: WhatsAppHeader): object {
  if (type === 'text') return { type, ...(name !== undefined && { parameter_name: name }), text };
  const source = id === undefined ? { link } : { id };
  return { type, [type]: { ...source, ...(filename !== undefined && { filename }) } };
}

/** A code to be copied, in Meta's words. */
const COUPON = 'coupon_code';

/** The code of an authentication template stands in a button of its own, which is one of `url`. */
function button({ type, value, index }: WhatsAppButton, place: number): object {
  const parameter = {
    url: { type: 'text', text: value },
    quick_reply: { type: 'payload', payload: value },
    copy_code: { type: COUPON, [COUPON]: value },
  }[type];
  return { type: 'button', sub_type: type, index: String(index ?? place), parameters: [parameter] };
}
