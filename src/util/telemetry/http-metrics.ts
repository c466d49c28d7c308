// What is counted of HTTP calls and uploads.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export function httpMetrics(registry: Registry) {
  const registers = [registry];
  return {
    httpSeconds: new Histogram({
      name: 'halve_http_request_duration_seconds',
      help: "Time from a call's headers to its answer's headers, so an upload counts whole and a download by how soon it begins; event streams are left out. route is the pattern, none where there is no such route.",
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    eventStreams: new Gauge({
      name: 'halve_event_streams_open',
      help: 'Event streams that are open.',
      registers,
    }),
    uploadsReceiving: new Gauge({
      name: 'halve_uploads_receiving',
      help: 'CSVs being received.',
      registers,
    }),
    uploadBytes: new Counter({
      name: 'halve_upload_bytes_total',
      help: 'Bytes of CSVs received, refused ones and those only validated too.',
      registers,
    }),
    uploadRows: new Counter({
      name: 'halve_upload_rows_total',
      help: 'Rows of accepted CSVs.',
      registers,
    }),
    uploads: new Counter({
      name: 'halve_uploads_total',
      help: 'Uploads that were answered; code is the code of the refusal, empty when accepted.',
      labelNames: ['code'],
      registers,
    }),
  };
}
