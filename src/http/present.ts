// Records -> JSON: the shapes of the API and how they are made.
import { z } from 'zod';
import type { Storage } from '../ports.ts';
import type { DeliveryLog } from '../records/deliveries.ts';
import type { ImageRecord } from '../records/results.ts';
import type { RequestRecord } from '../records/schema.ts';
import { type ResultFile, resultFilesOf } from '../request-files.ts';
import { columnEntries, columnSchema, type ShownColumns, shownColumns } from '../result-columns.ts';
import type { Links } from '../util/links.ts';

const time = z.iso.datetime().describe('UTC');

export const requestStatusSchema = z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled']);

export const requestSchema = z
  .object({
    request_id: z.uuid(),
    status: requestStatusSchema,
    file_name: z.string(),
    progress: z
      .number()
      .int()
      .min(0)
      .max(100)
      .describe('Percent of the images that have ended; 100 only when the results are there'),
    products: z.number().int(),
    images: z.object({
      total: z.number().int(),
      processed: z.number().int(),
      failed: z.number().int(),
      pending: z.number().int(),
      cancelled: z.number().int(),
    }),
    bytes: z.object({
      in: z.number().int().describe('Sum over the processed images; a URL that occurs twice counts twice'),
      out: z.number().int().describe('The same of what is delivered'),
      saved_percent: z.number().describe('One decimal'),
    }),
    created_at: time,
    started_at: time.nullable(),
    completed_at: time.nullable(),
    options: z.object({
      quality: z.string(),
      format: z.string().nullable(),
      max_width: z.number().int().nullable(),
      max_height: z.number().int().nullable(),
      metadata: z.string(),
      keep_originals: z.boolean(),
      key_template: z.string(),
      profile: z.string(),
      url_column: z.array(z.string()),
      name_column: z.string().nullable(),
      header_row: z.number().int().nullable(),
      rows: z.enum(['strict', 'lenient']).nullable(),
      base_url: z.string().nullable(),
      encoding: z.string().nullable(),
      write_to: z.enum(['in_place', 'profile']),
    }),
    profile: z.string().nullable().describe('Layout of the file, when it was recognised'),
    input_csv_url: z.url(),
    output_csv_url: z.url().nullable(),
    report_csv_url: z.url().nullable(),
    failed_csv_url: z.url().nullable().describe('null when nothing failed'),
    output_url: z.url().nullable().describe('The same in the kind of file that came'),
    import_url: z
      .url()
      .nullable()
      .describe(
        'The file to import again: new URLs in the place of the old; null of an upload to the first versions',
      ),
    zip_url: z.url().nullable().describe('All results'),
    images_url: z.url(),
    webhook: z.object({ url: z.url() }).nullable(),
  })
  .meta({ id: 'Request' });

/** Whether the results of a request are there to be read. */
export function isClosed({
  completed_at,
  finish_due_at,
}: Pick<RequestRecord, 'completed_at' | 'finish_due_at'>): boolean {
  return completed_at !== null && finish_due_at === null;
}

/** Changes exactly when the answers about an ended request may. */
export function versionOf(request: RequestRecord): string {
  return `${request.id} ${request.revision} ${isClosed(request)}`;
}

export function presentRequest(request: RequestRecord, links: Links): z.infer<typeof requestSchema> {
  const { id, images_total: total, images_processed: processed, images_failed: failed } = request;
  const { bytes_in: bytesIn, bytes_out: bytesOut } = request;
  const closed = isClosed(request);
  const left = total - processed - failed;
  const files = closed ? resultFilesOf(request) : [];
  const urlOf = (file: ResultFile, link: (id: string) => string) => (files.includes(file) ? link(id) : null);
  const csvUrl = (file: ResultFile) => urlOf(file, () => links.csv(file, id));
  return {
    request_id: id,
    // A cancelled request whose files are still being written is cancelled already; the others end with their files.
    status: requestStatusSchema.parse(request.status),
    file_name: request.file_name,
    progress: closed ? 100 : Math.min(99, Math.floor(((processed + failed) * 100) / total)),
    products: request.products,
    images: {
      total,
      processed,
      failed,
      pending: request.status === 'cancelled' ? 0 : left,
      cancelled: request.status === 'cancelled' ? left : 0,
    },
    bytes: {
      in: bytesIn,
      out: bytesOut,
      saved_percent: bytesIn === 0 ? 0 : Math.round((1 - bytesOut / bytesIn) * 1000) / 10,
    },
    created_at: iso(request.created_at)!,
    started_at: iso(request.started_at),
    completed_at: iso(request.completed_at),
    options: { ...request.options, url_column: [...request.options.url_column] },
    profile: request.csv.profile ?? null,
    input_csv_url: links.csv('input', id),
    output_csv_url: csvUrl('output'),
    report_csv_url: csvUrl('report'),
    failed_csv_url: csvUrl('failed'),
    output_url: urlOf('output', links.output),
    import_url: urlOf('import', links.import),
    zip_url: closed ? links.zip(id) : null,
    images_url: links.images(id),
    webhook: request.webhook_url === null ? null : { url: request.webhook_url },
  };
}

const errorSchema = z.object({ code: z.string(), message: z.string() }).nullable();
/** Two columns that the API shows as one. */
type ErrorColumn = 'error_code' | 'error_message';
type ShownImage = Omit<ShownColumns, ErrorColumn> & { error: z.output<typeof errorSchema> };

function imageShape() {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, column] of columnEntries()) {
    if (name === 'error_code') shape.error = errorSchema;
    else if (name !== 'error_message') {
      const schema = columnSchema(column);
      shape[column.shownAs ?? name] = column.about ? schema.describe(column.about) : schema;
    }
  }
  return shape as { [Name in keyof ShownImage]: z.ZodType<ShownImage[Name]> };
}

export const imageSchema = z.object(imageShape()).meta({ id: 'Image' });

export function presentImage(
  image: ImageRecord,
  request: RequestRecord,
  storage: Storage,
): z.infer<typeof imageSchema> {
  const { error_code, error_message, ...shown } = shownColumns(image, (key) => storage.url(key));
  return {
    ...shown,
    status: image.status === 'pending' && request.status === 'cancelled' ? 'cancelled' : image.status,
    error: error_code === null ? null : { code: error_code, message: error_message ?? '' },
  };
}

export const deliverySchema = z
  .object({
    id: z.string().describe('The webhook-id, the same in every attempt'),
    type: z.string(),
    url: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.array(
      z.object({
        attempt: z.number().int(),
        at: time,
        duration_ms: z.number().int(),
        http_status: z.number().int().nullable(),
        error: z.string().nullable(),
        response_excerpt: z.string().nullable(),
      }),
    ),
    next_attempt_at: time.nullable(),
    created_at: time,
    delivered_at: time.nullable(),
  })
  .meta({ id: 'Delivery' });

export function presentDelivery(delivery: DeliveryLog): z.infer<typeof deliverySchema> {
  const { id, type, url, status, attempt_log } = delivery;
  return {
    id,
    type,
    url,
    status,
    attempts: attempt_log.map(({ attempt, at, duration_ms, http_status, error, response_excerpt }) => ({
      attempt,
      at: iso(at)!,
      duration_ms,
      http_status,
      error,
      response_excerpt,
    })),
    next_attempt_at: iso(delivery.next_attempt_at),
    created_at: iso(delivery.created_at)!,
    delivered_at: iso(delivery.delivered_at),
  };
}

function iso(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
