import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from '../version.js';

/** The two names that others' dashboards know (SPEC B). All others begin with `outbell_`. */
const KNOWN_ELSEWHERE = new Set(['notifications_sent_total', 'notification_send_duration_ms']);

/**
 * The figures of this process. A part asks once, in its constructor, for the metric it keeps: `this.accepted =
 * metrics.counter('messages_accepted_total', 'Requests for a message', ['channel', 'result'])` is shown as
 * `outbell_messages_accepted_total`. Asking again for a name gives the same metric.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly logger = new Logger(Metrics.name);
  private readonly failures;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.failures = this.counter('figure_failures_total', 'Figures that could not be read at a scrape', ['figure']);
    const labels = { version: VERSION, node: process.versions.node };
    this.gauge('build_info', 'What runs here', ['version', 'node'], (gauge) => gauge.set(labels, 1));
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    const shown = shownName(name);
    return (
      (this.registry.getSingleMetric(shown) as Counter<L> | undefined) ??
      new Counter({ name: shown, help, labelNames, registers: [this.registry] })
    );
  }

  /**
   * @param collect called at each scrape to `set()` the value; should it fail, the metric is left out of that scrape
   */
  gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L> {
    const shown = shownName(name);
    const known = this.registry.getSingleMetric(shown) as Gauge<L> | undefined;
    if (known) return known;
    const gauge: Gauge<L> = new Gauge({
      name: shown,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect && { collect: () => this.collect(shown, gauge, collect) }),
    });
    return gauge;
  }

  /**
   * Shows a reading that several gauges share: one for each of `figures`, by the label. It is made once for a scrape.
   *
   * @param figures name and help of each, by the key under which it lies in a row of the reading
   */
  gauges<L extends string, F extends string>(
    label: L,
    figures: Readonly<Record<F, readonly [name: string, help: string]>>,
    read: () => Promise<NoInfer<Record<L, string> & Record<F, number>>[]>,
  ): void {
    let reading: ReturnType<typeof read> | undefined;
    for (const figure of Object.keys(figures) as F[]) {
      const [name, help] = figures[figure];
      this.gauge(name, help, [label], async (gauge) => {
        reading ??= read().finally(() => (reading = undefined));
        for (const row of await reading) gauge.labels(row[label]).set(row[figure]);
      });
    }
  }

  /** @param buckets upper bounds, in the unit the name says */
  histogram<L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]): Histogram<L> {
    const shown = shownName(name);
    return (
      (this.registry.getSingleMetric(shown) as Histogram<L> | undefined) ??
      new Histogram({ name: shown, help, labelNames, buckets, registers: [this.registry] })
    );
  }

  /** Everything in Prometheus' text format, which `contentType` names. */
  async text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /**
   * Reads a figure. What cannot be read now (the database is away) is missing: an old value would be taken for today's.
   */
  private async collect<L extends string>(
    name: string,
    gauge: Gauge<L>,
    collect: (gauge: Gauge<L>) => void | Promise<void>,
  ): Promise<void> {
    gauge.reset();
    try {
      await collect(gauge);
    } catch (error) {
      gauge.reset();
      this.failures.inc({ figure: name });
      this.logger.warn('a figure cannot be read', { figure: name }, error);
    }
  }
}

function shownName(name: string): string {
  return KNOWN_ELSEWHERE.has(name) ? name : `outbell_${name}`;
}
