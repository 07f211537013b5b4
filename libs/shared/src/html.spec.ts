import { describe, expect, it } from 'vitest';
import { html } from './html.js';

describe('html', () => {
  it('escapes what is put in, as text and in attributes', () => {
    const text = `<b>"a"&'b'`;
    expect(html`<i title="${text}">${text}</i>`.source).toBe(
      '<i title="&#60;b&#62;&#34;a&#34;&#38;&#39;b&#39;">&#60;b&#62;&#34;a&#34;&#38;&#39;b&#39;</i>',
    );
  });

  it('takes over other html, lists too, and leaves out what is not there', () => {
    const parts = ['<', html`<b>x</b>`];
    expect(html`${parts}${null}${undefined}${false}${0}`.source).toBe('&#60;<b>x</b>0');
  });
});
