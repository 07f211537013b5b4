import { it } from 'vitest';
import { compileTemplate } from '@outbell/content/compiled-template.js';

/** What rendering one mail costs, once its template is compiled. */
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
const subject = 'Your order {{order.id}}';
const items = Array.from({ length: 5 }, (_, n) => ({ title: `Thing & part ${n}`, quantity: n, price: '9.99 €' }));
const variables = {
  customer: { name: 'Ann <b>' },
  order: { id: 'A-17', items, note: 'Ring twice' },
  links: { track: 'https://example.com/t?a=1&b=2', help: 'https://example.com/help' },
};

const both = compileTemplate({ subject, html, text });
const derived = compileTemplate({ subject, html });
const short = compileTemplate({ subject: 'Your code', text: 'Your code is {{code}}.' });

it('rendering', async ({ bench }) => {
  await bench.compare(
    bench('a receipt with its own text', () => void both.render(variables)),
    bench('a receipt whose text is made from the html', () => void derived.render(variables)),
    bench('a code', () => void short.render({ code: '123456' })),
    bench('compiling the receipt and rendering it once', () => {
      compileTemplate({ subject, html, text }).render(variables);
    }),
  );
});
