// The words and values of the OpenAPI document that the schemas do not have: examples by property name, what parameters
// and tags mean, and where each refusal can occur. Routes need not repeat any of it.

import type { ProblemCode } from '../../errors.ts';
import type { RequestOptions } from '../../ports.ts';
import { NO_OPTIONS } from '../../table/table-options.ts';
import { DEFAULT_KEY_TEMPLATE } from '../../util/key-template.ts';
import type { WebhookPayload } from '../../webhook/payload.ts';
import { SHED } from '../guards/overload.ts';

const ID = '46d69c15-c00f-4d7a-8905-9233aae5adf9';
const BASE = 'https://halve.example';
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const DELIVERY_ID = 'msg_2Kf4Tq1xwM0J5aYdVn7uRb';

export const CSV_EXAMPLE = `S. No.,Product Name,Input Image Urls
1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
2,Lamp,https://cdn.shop.example/lamp.png
`;

const HEADER = ['S. No.', 'Product Name', 'Input Image Urls'];

export const WEBHOOK_EXAMPLE: WebhookPayload = {
  type: 'request.completed',
  timestamp: '2026-01-15T12:30:01.250Z',
  request_id: ID,
  status: 'completed',
  images: { total: 3, processed: 3, failed: 0, pending: 0 },
  output_csv_url: `${BASE}/output_csv/${ID}`,
  report_csv_url: `${BASE}/report_csv/${ID}`,
  output_images: [
    `${BASE}/files/${ID}/1-1-mug.jpg`,
    `${BASE}/files/${ID}/1-2-mug-back.jpg`,
    `${BASE}/files/${ID}/2-1-lamp.png`,
  ],
  output_images_truncated: false,
};

/** By property name, also behind that of its schema; of several, the first that the property's schema allows is shown. */
export const VALUES: Record<string, readonly unknown[]> = {
  request_id: [ID],
  id: [DELIVERY_ID],
  delivery_id: [DELIVERY_ID],
  status: ['completed', 'processed', 'delivered', 'ok', 'pending', 'Webhook received'],
  status_url: [`${BASE}/status/${ID}`],
  file_name: ['products.csv'],
  progress: [100],
  products: [2],
  images: [3],
  total: [3],
  processed: [3],
  failed: [0],
  pending: [0],
  cancelled: [0],
  in: [1_284_112],
  out: [502_339],
  saved_percent: [60.9],
  created_at: ['2026-01-15T12:30:00.000Z'],
  started_at: ['2026-01-15T12:30:00.120Z'],
  completed_at: ['2026-01-15T12:30:01.250Z'],
  received_at: ['2026-01-15T12:30:01.410Z'],
  delivered_at: ['2026-01-15T12:30:01.410Z'],
  at: ['2026-01-15T12:30:01.300Z'],
  next_attempt_at: [null],
  duration_ms: [110],
  attempt: [1],
  attempts: [1],
  response_excerpt: [''],
  options: [
    {
      quality: '50',
      format: null,
      max_width: null,
      max_height: null,
      metadata: 'copyright',
      keep_originals: false,
      key_template: DEFAULT_KEY_TEMPLATE,
      ...NO_OPTIONS,
    } satisfies RequestOptions,
  ],
  quality: ['50', 50],
  format: [null, 'jpeg'],
  max_width: [null],
  max_height: [null],
  profile: [null],
  profile_label: [null],
  header_row: [1],
  header: [HEADER],
  url_columns: [[HEADER[2]]],
  name_column: [HEADER[1]],
  columns: [{ urls: [3], names: [2], serial: 1 }],
  candidates: [
    [
      {
        column: 3,
        header: HEADER[2],
        example: 'https://cdn.shop.example/mug.jpg',
        urls: 2,
        why: 'its name says so',
      },
    ],
  ],
  rows: [{ total: 2, passed_through: 0, with_problems: 0 }],
  cells: [['1', 'Mug', 'https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg']],
  input_csv_url: [`${BASE}/input_csv/${ID}`],
  output_csv_url: [`${BASE}/output_csv/${ID}`],
  report_csv_url: [`${BASE}/report_csv/${ID}`],
  failed_csv_url: [null],
  'Request.output_url': [`${BASE}/output/${ID}`],
  import_url: [`${BASE}/import/${ID}`],
  zip_url: [`${BASE}/zip/${ID}`],
  images_url: [`${BASE}/status/${ID}/images`],
  url: ['https://shop.example/hooks/halve'],
  next: [null],
  seq: [1],
  row: [1],
  spreadsheet_row: [2],
  line: [2],
  position: [1],
  column: ['Input Image Urls'],
  name: ['Mug'],
  product_name: ['Mug'],
  urls: [['https://cdn.shop.example/mug.jpg', 'https://cdn.shop.example/mug-back.jpg']],
  input_url: ['https://cdn.shop.example/mug.jpg'],
  output_url: [`${BASE}/files/${ID}/1-1-mug.jpg`],
  original_url: [null],
  error: [null],
  http_status: [200],
  bytes_in: [431_870],
  bytes_out: [168_204],
  width: [1600],
  height: [1200],
  kept_original: [false],
  encoder: [null],
  source_quality: [90],
  sha256: [SHA256],
  type: ['request.completed'],
  verified: [true],
  times: [1],
  payload: [WEBHOOK_EXAMPLE],
  valid: [true],
  problems: [[]],
  code: ['invalid_url'],
  message: ['"mug.jpg" is no http(s) URL'],
  warnings: [[]],
  warning_counts: [{}],
};

/** Parameters that say nothing about themselves, by name. */
export const PARAMETERS: Record<string, string> = {
  request_id: 'The request, as the upload answered it',
  delivery_id: 'The delivery: its webhook-id',
  'idempotency-key':
    'A name of your own for this upload. Sent again with the same file and options, it answers the request that exists.',
  status: 'Only those in this state',
  seq: 'The number of the image in the file, 1-based',
  cursor: 'The `next` of the page before; unset for the first',
  limit: 'Most entries on a page',
};

export const TAGS: Record<string, string> = {
  uploads: 'A CSV comes in',
  requests: 'What became of it, and what can be done about it',
  results: 'The files of a request',
  webhooks: 'Who was called, and a receiver to be called',
  operation: 'For whoever runs the server',
};

/** What a refusal says, for the examples. */
export const DETAILS: Partial<Record<ProblemCode, string>> = {
  invalid_csv: 'The file has 1 problem.',
  invalid_option: 'qualtiy: is no option; did you mean quality?',
  invalid_request: 'limit: Too big: expected number to be <=1000',
  missing_file: 'Send the CSV in the form field "file", or as a text/csv body.',
  upload_too_large: 'The upload may have 1073741824 bytes.',
  unsupported_media_type: 'Send multipart/form-data or text/csv.',
  not_found: 'There is no request with this id.',
  not_ready: 'The request is processing; its files exist when it has ended.',
  wrong_state: 'The request is completed already.',
  unauthorized: 'Send an API key as Authorization: Bearer.',
  invalid_signature: 'No matching signature found',
  rate_limited: '3000 calls a minute are allowed (RATE_LIMIT_PER_MINUTE).',
  too_many_uploads: 'Wait until one of the uploads that are under way has been answered.',
  too_many_streams: 'Close one of the event streams that are open, or poll /status.',
  request_timeout: 'Nothing came for too long (UPLOAD_STALL_MS).',
  overloaded: 'Try again in a few seconds.',
  unavailable: 'the database does not answer',
};

/** Refusals of every route of a kind, which the routes need not name: status, and operations that answer it. */
export const REFUSED_BEFORE: readonly [status: number, where: (operation: string) => boolean][] = [
  [408, (operation) => /^post \/(upload|validate|preview|webhook)$/.test(operation)],
  [429, (operation) => !/^get \/(healthz|readyz)$/.test(operation)],
  [503, (operation) => SHED.has(operation)],
];

const INTAKE = /^\/(upload|validate)$/;
/** Refusals that only some paths know; the others can occur wherever their status is documented. */
export const OCCURS_AT: Partial<Record<ProblemCode, RegExp>> = {
  invalid_csv: INTAKE,
  missing_file: INTAKE,
  upload_cut_off: INTAKE,
  too_many_uploads: INTAKE,
  too_many_streams: /\/events$/,
  overloaded: /^\/(?!readyz)/,
  invalid_option: /^\/(upload|validate|preview)$/,
  idempotency_key_reused: /^\/upload$/,
  not_ready: /_csv\/|^\/(output|import|zip)\//,
  wrong_state: /^\/requests\//,
  invalid_signature: /^\/webhook$/,
};
