import { describe, expect, it } from 'vitest';
import { CompiledTemplates } from './compiled-templates.js';

describe('CompiledTemplates', () => {
  it('compiles a version once', () => {
    const templates = new CompiledTemplates();
    const version = { id: 'a', text: 'Hi {{name}}' };
    expect(templates.get(version)).toBe(templates.get({ ...version }));
  });

  it('compiles once what several versions say', () => {
    const templates = new CompiledTemplates();
    const compiled = templates.get({ id: 'a', subject: 'Hi', text: 'Hi {{name}}' });
    expect(templates.get({ id: 'b', subject: 'Hi', html: null, text: 'Hi {{name}}', lenient: false })).toBe(compiled);
    expect(templates.known('b')).toBe(compiled);
  });

  it.each([
    { subject: 'Ho', text: 'Hi {{name}}' },
    { subject: 'Hi', html: 'Hi {{name}}' },
    { subject: 'Hi', text: 'Hi {{name}}', lenient: true },
    { text: 'HiHi {{name}}' },
  ])('tells apart what differs: %j', (other) => {
    const templates = new CompiledTemplates();
    const compiled = templates.get({ id: 'a', subject: 'Hi', text: 'Hi {{name}}' });
    expect(templates.get({ id: 'b', ...other })).not.toBe(compiled);
  });

  it('keeps a bounded number', () => {
    const templates = new CompiledTemplates();
    const first = templates.get({ id: '0', text: '0' });
    for (let i = 1; i <= 1_000; i++) templates.get({ id: String(i), text: String(i) });
    expect(templates.known('0')).toBeUndefined();
    expect(templates.get({ id: '0', text: '0' })).not.toBe(first);
  });

  it('gives back what it keeps', () => {
    const templates = new CompiledTemplates();
    const compiled = templates.get({ id: 'a', text: 'x' });
    expect(templates.known('a')).toBe(compiled);
    expect(templates.known('b')).toBeUndefined();
  });
});
