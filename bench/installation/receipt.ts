/** A mail as a shop sends it: 1.5 KB of HTML once rendered, and a text of its own. */
const line = '<p style="margin:0 0 16px;font:16px/24px sans-serif;color:#111">';
const html = `<!doctype html><html><body><table role="presentation" width="100%"><tr><td>
${line}Hi {{customer.name}},</p>${line}thank you for your order {{order.id}}.</p>
<table>{{#each order.items}}<tr><td>{{title}}</td><td>{{quantity}} × {{price}}</td></tr>{{/each}}</table>
{{#if order.note}}${line}You wrote: {{order.note}}</p>{{else}}${line}You left no note.</p>{{/if}}
${line}<a href="{{links.track}}">Track it</a> or <a href="{{links.help}}">ask us</a>.</p>
</td></tr></table></body></html>`;
const text =
  'Hi {{customer.name}}, thank you for your order {{order.id}}.\n{{#each order.items}}{{title}} ' +
  '{{quantity}}\n{{/each}}';

export const RECEIPT = {
  subject: 'Your order {{order.id}}',
  html,
  text,
  variables: ['customer', 'links', 'order'],
};

/** What one receipt is filled with. */
export function receiptVariables(number: number) {
  const items = Array.from({ length: 5 }, (_, n) => ({ title: `Thing & part ${n}`, quantity: n + 1, price: '9.99 €' }));
  return {
    customer: { name: `Ann <b> ${number}` },
    order: { id: `A-${number}`, items, note: 'Ring twice' },
    links: { track: `https://example.com/t?a=1&b=${number}`, help: 'https://example.com/help' },
  };
}
