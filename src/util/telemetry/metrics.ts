// What is counted for Prometheus. Names by its conventions; labels only from closed lists.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from '../version.ts';
import { httpMetrics } from './http-metrics.ts';
import { imageMetrics } from './image-metrics.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** `shown`: whether anybody can ask for them. */
export function createMetrics({ shown }: { shown: boolean }) {
  const registry = new Registry();
  const registers = [registry];
  // What it measures of the event loop wakes the process a hundred times a second.
  if (shown) collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'halve_build_info',
    help: 'Always 1; the label says which version runs.',
    labelNames: ['version'],
    registers,
  }).set({ version: VERSION }, 1);
  return {
    registry,
    ...imageMetrics(registry),
    ...httpMetrics(registry),
    requests: new Counter({
      name: 'halve_requests_finished_total',
      help: 'Requests that were finished, by final status.',
      labelNames: ['status'],
      registers,
    }),
    finishSeconds: new Histogram({
      name: 'halve_finish_duration_seconds',
      help: 'Time of writing the CSVs of a request and closing it.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers,
    }),
    webhooks: new Counter({
      name: 'halve_webhook_attempts_total',
      help: 'Attempts at delivering a webhook, by outcome: delivered, retry, gone, refused.',
      labelNames: ['outcome'],
      registers,
    }),
    webhookSeconds: new Histogram({
      name: 'halve_webhook_duration_seconds',
      help: 'Time of one attempt at delivering a webhook.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      registers,
    }),
    processEnds: new Counter({
      name: 'halve_image_process_ends_total',
      help: 'Image processes that ended without being told to: deadline (a picture took too long), unresponsive, aborted and killed (mostly out of memory), crashed, exited.',
      labelNames: ['reason'],
      registers,
    }),
  };
}

/** What is read when somebody scrapes: one number, or one for each value of one label. */
export interface GaugeSource {
  help: string;
  label?: string;
  read(): number | Record<string, number> | Promise<number | Record<string, number>>;
}

/** One that cannot be read is NaN, or not there when it has labels, and the others are told. */
export function addGauges(registry: Registry, sources: Record<string, GaugeSource>): void {
  for (const [name, { help, label, read }] of Object.entries(sources)) {
    new Gauge({
      name,
      help,
      labelNames: label ? [label] : [],
      registers: [registry],
      async collect() {
        const value = await Promise.resolve()
          .then(read)
          .catch(() => (label ? {} : Number.NaN));
        if (typeof value === 'number') return this.set(value);
        this.reset();
        for (const [key, number] of Object.entries(value)) this.set({ [label!]: key }, number);
      },
    });
  }
}
