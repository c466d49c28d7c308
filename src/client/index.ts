// `halve/client`: a typed client for Node. Nothing but fetch underneath.
import { type ClientOptions, createCall } from './call.ts';
import { createDownload } from './download.ts';
import type {
  Accepted,
  CsvSource,
  Delivery,
  HalveImage,
  HalveRequest,
  UploadOptions,
  Validation,
} from './types.ts';
import { uploadForm } from './upload-form.ts';
import { type WaitOptions, waitForRequest } from './wait.ts';

export { type ClientOptions, HalveError } from './call.ts';
export type { Download, DownloadTarget } from './download.ts';
export type * from './types.ts';
export type { WaitOptions } from './wait.ts';
export { verifyWebhook, WebhookVerificationError } from './webhook.ts';

export interface SendOptions extends UploadOptions {
  /** The same key with the same file and options answers the request that exists already. */
  idempotencyKey?: string;
  /** As users see it; by default that of the path. */
  fileName?: string;
  signal?: AbortSignal;
}

export type Client = ReturnType<typeof createClient>;

/** Every method rejects with a HalveError when the server refuses or cannot be reached. */
export function createClient(server: ClientOptions) {
  const call = createCall(server);
  const json = async <T>(path: string, method?: 'GET' | 'POST') =>
    (await (await call(path, method && { method })).json()) as T;
  const at = (path: string, id: string, rest = '') => `${path}/${encodeURIComponent(id)}${rest}`;

  async function send<T>(
    path: string,
    source: CsvSource,
    { idempotencyKey, fileName, signal, ...fields }: SendOptions,
  ) {
    const { headers, body } = await uploadForm(source, { options: fields, fileName });
    const key = idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey };
    const response = await call(path, { method: 'POST', headers: { ...headers, ...key }, body, signal });
    return (await response.json()) as T;
  }

  /** Page after page of a list, each entry as it comes. */
  async function* pages<T>(path: string, name: string, query: Record<string, string | number | undefined>) {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const given = Object.entries({ ...query, cursor }).filter(([, value]) => value !== undefined);
      const search = new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]));
      const page = await json<Record<string, unknown> & { next: string | null }>(`${path}?${search}`);
      yield* page[name] as T[];
      cursor = page.next;
    }
  }

  return {
    /** Its images are processed from now on. A file with problems is refused whole: `error.errors` has all of them. */
    upload: (source: CsvSource, options: SendOptions = {}) => send<Accepted>('/upload', source, options),
    /** What is wrong with a file, and how it is understood; nothing is stored. */
    validate: (source: CsvSource, options: SendOptions = {}) =>
      send<Validation>('/validate', source, options),
    status: (id: string) => json<HalveRequest>(at('/status', id)),
    /** Resolves when the request has ended, whatever its status, and its files are there. */
    wait: (id: string, wait: WaitOptions = {}) => waitForRequest(call, id, wait),
    /** What became of each image, in the order of the file. */
    images: (id: string, query: { status?: HalveImage['status']; limit?: number } = {}) =>
      pages<HalveImage>(at('/status', id, '/images'), 'images', query),
    /** All requests that this key may see, newest first. */
    requests: (query: { status?: HalveRequest['status']; limit?: number } = {}) =>
      pages<HalveRequest>('/requests', 'requests', query),
    downloadInput: createDownload(call, '/input_csv'),
    /** The file that came, with one more column for each column of URLs. */
    downloadOutput: createDownload(call, '/output'),
    /** The file that came, with each new URL in the place of the old one. */
    downloadImport: createDownload(call, '/import'),
    downloadReport: createDownload(call, '/report_csv'),
    /** Rejects with `not_found` when no image failed: `failed_csv_url` is null then. */
    downloadFailed: createDownload(call, '/failed_csv'),
    /** All of these with the images, as a ZIP file. */
    downloadZip: createDownload(call, '/zip'),
    /** Stops it; what is done stays. */
    cancel: (id: string) => json<HalveRequest>(at('/requests', id, '/cancel'), 'POST'),
    /** Processes its failed images again. */
    retry: (id: string) => json<HalveRequest>(at('/requests', id, '/retry'), 'POST'),
    /** Forgets it and deletes its files, results included. */
    async remove(id: string): Promise<void> {
      await call(at('/requests', id), { method: 'DELETE' });
    },
    /** Its webhooks with every attempt. */
    deliveries: async (id: string) =>
      (await json<{ deliveries: Delivery[] }>(at('/requests', id, '/deliveries'))).deliveries,
    /** Sends a webhook again, under the same id. */
    redeliver: (deliveryId: string) =>
      json<{ id: string; status: 'pending' }>(at('/deliveries', deliveryId, '/redeliver'), 'POST'),
  };
}
