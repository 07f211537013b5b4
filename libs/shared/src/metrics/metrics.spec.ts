import { describe, expect, it } from 'vitest';
import { VERSION } from '../version.js';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('names what is ours, but for the two names that are known elsewhere', async () => {
    const metrics = new Metrics();
    metrics.counter('things_total', 'Things').inc();
    metrics.counter('notifications_sent_total', 'Sent').inc();
    const text = await metrics.text();
    expect(text).toContain('\noutbell_things_total 1\n');
    expect(text).toContain('\nnotifications_sent_total 1\n');
  });

  it('tells what runs', async () => {
    expect(await new Metrics().text()).toContain(
      `outbell_build_info{version="${VERSION}",node="${process.versions.node}"} 1`,
    );
  });

  it('leaves a figure out that cannot be read, counts that, and tells all others', async () => {
    const metrics = new Metrics();
    let away = false;
    metrics.gauge('fickle', 'Read from what may be away', ['of'], async (gauge) => {
      gauge.set({ of: 'part' }, 1);
      if (away) throw new Error('away');
    });
    metrics.gauge('steady', 'Always there', [], (gauge) => gauge.set(7));
    expect(await metrics.text()).toContain('outbell_fickle{of="part"} 1');
    away = true;
    const text = await metrics.text();
    expect(text).not.toContain('outbell_fickle{');
    expect(text).toContain('outbell_steady 7');
    expect(await metrics.text()).toContain('outbell_figure_failures_total{figure="outbell_fickle"}');
    away = false;
    expect(await metrics.text()).toContain('outbell_fickle{of="part"} 1');
  });
});
