import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** A registry of one process. Made in `main` alone, so that tests have nothing to reset. */
export interface Metrics {
  counter<Label extends string>(name: string, help: string, labels: readonly Label[]): Counter<Label>;
  gauge<Label extends string>(name: string, help: string, labels: readonly Label[]): Gauge<Label>;
  histogram<Label extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly Label[],
  ): Histogram<Label>;
  /** Prometheus' text format and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    counter: (name, help, labels) => new Counter({ name, help, labelNames: labels, registers }),
    gauge: (name, help, labels) => new Gauge({ name, help, labelNames: labels, registers }),
    histogram: (name, help, buckets, labels) =>
      new Histogram({ name, help, buckets: [...buckets], labelNames: labels, registers }),
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
