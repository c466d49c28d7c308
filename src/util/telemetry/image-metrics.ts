// What is counted of images.
import { Counter, Histogram, type Registry } from 'prom-client';

/** Answers of image servers that have a label of their own; the rest are `http_4xx` and the like, since servers may answer anything. */
const STATUSES = new Set([400, 401, 403, 404, 405, 406, 408, 410, 418, 429, 451, 500, 502, 503, 504]);

/** An image's error code as a label. */
export function codeLabel(code: string): string {
  const status = /^http_(\d)\d*$/.exec(code);
  if (!status || STATUSES.has(Number(code.slice('http_'.length)))) return code;
  return `http_${status[1]}xx`;
}

export function imageMetrics(registry: Registry) {
  const registers = [registry];
  return {
    images: new Counter({
      name: 'halve_images_total',
      help: 'Images that ended, by outcome; code is the error code, empty when processed. Rare HTTP statuses are http_4xx and the like.',
      labelNames: ['status', 'code'],
      registers,
    }),
    retries: new Counter({
      name: 'halve_image_retries_total',
      help: 'Attempts at an image that ended in a transient failure and will be made again.',
      labelNames: ['code'],
      registers,
    }),
    bytesIn: new Counter({
      name: 'halve_bytes_in_total',
      help: 'Bytes downloaded for processed images.',
      registers,
    }),
    bytesOut: new Counter({
      name: 'halve_bytes_out_total',
      help: 'Bytes stored for processed images.',
      registers,
    }),
    imageSeconds: new Histogram({
      name: 'halve_image_duration_seconds',
      help: 'Time of one image from being claimed by a worker to its result, recording included.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    stageSeconds: new Histogram({
      name: 'halve_image_stage_duration_seconds',
      help: 'Time of one attempt at an image in each stage: fetch, wait (for the CPU slot), compress, store, record (in the database, by batches).',
      labelNames: ['stage'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  };
}
