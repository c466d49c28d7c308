// What is counted for Prometheus. Names by its conventions; labels only from closed lists.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** `gauges` are read when somebody scrapes; one that cannot be read is NaN, and the others are told. */
export function createMetrics(
  gauges: Record<string, { help: string; read: () => number | Promise<number> }>,
) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const [name, { help, read }] of Object.entries(gauges)) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await Promise.resolve(read()).catch(() => Number.NaN));
      },
    });
  }
  return {
    registry,
    images: new Counter({
      name: 'halve_images_total',
      help: 'Images that ended, by outcome; code is the error code, empty when processed.',
      labelNames: ['status', 'code'],
      registers: [registry],
    }),
    retries: new Counter({
      name: 'halve_image_retries_total',
      help: 'Attempts at an image that ended in a transient failure and will be made again.',
      labelNames: ['code'],
      registers: [registry],
    }),
    bytesIn: new Counter({
      name: 'halve_bytes_in_total',
      help: 'Bytes downloaded for processed images.',
      registers: [registry],
    }),
    bytesOut: new Counter({
      name: 'halve_bytes_out_total',
      help: 'Bytes stored for processed images.',
      registers: [registry],
    }),
    imageSeconds: new Histogram({
      name: 'halve_image_duration_seconds',
      help: 'Time of one image from being claimed by a worker to its result, recording included.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [registry],
    }),
    requests: new Counter({
      name: 'halve_requests_finished_total',
      help: 'Requests that were finished, by final status.',
      labelNames: ['status'],
      registers: [registry],
    }),
    webhooks: new Counter({
      name: 'halve_webhook_attempts_total',
      help: 'Attempts at delivering a webhook, by outcome.',
      labelNames: ['outcome'],
      registers: [registry],
    }),
  };
}
