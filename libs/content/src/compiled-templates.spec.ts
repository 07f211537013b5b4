import { expect, it } from 'vitest';
import { CompiledTemplates } from './compiled-templates.js';

it('compiles a version once', () => {
  const templates = new CompiledTemplates();
  const version = { id: 'a', text: 'Hi {{name}}' };
  expect(templates.get(version)).toBe(templates.get({ ...version }));
  expect(templates.get({ ...version, id: 'b' })).not.toBe(templates.get(version));
});

it('keeps a bounded number', () => {
  const templates = new CompiledTemplates();
  const first = templates.get({ id: '0', text: 'x' });
  for (let i = 1; i <= 1_000; i++) templates.get({ id: String(i), text: 'x' });
  expect(templates.get({ id: '0', text: 'x' })).not.toBe(first);
});

it('gives back what it keeps', () => {
  const templates = new CompiledTemplates();
  const compiled = templates.get({ id: 'a', text: 'x' });
  expect(templates.has('a')).toBe(true);
  expect(templates.known('a')).toBe(compiled);
  expect(templates.has('b')).toBe(false);
  expect(() => templates.known('b')).toThrow('not compiled');
});
