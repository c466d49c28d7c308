// The tables as Kysely sees them. Times are milliseconds since the epoch; JSON is kept as text, so both databases agree.
import type { Generated, Selectable } from 'kysely';
import type { RequestOptions } from '../ports.ts';
import type { WrittenColumns } from '../result-columns.ts';
import type { TableShape } from '../table/shape.ts';

/**
 * `receiving` and `deleting` are never shown: a request is `receiving` until its last row is committed, and
 * `deleting` while its rows are removed in pages.
 */
export type RequestStatus =
  | 'receiving'
  | 'pending'
  | 'processing'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'deleting';

export interface RequestsTable {
  id: string;
  status: RequestStatus;
  file_name: string;
  /** Name of the API key that uploaded it; '' when no key was needed, or none was recorded yet. */
  owner: Generated<string>;
  /** JSON: RequestOptions. */
  options: string;
  /** JSON: TableShape, so that no later read of the file guesses again. */
  csv: string;
  webhook_url: string | null;
  products: number;
  images_total: number;
  images_processed: Generated<number>;
  images_failed: Generated<number>;
  bytes_in: Generated<number>;
  bytes_out: Generated<number>;
  /** Counts the times the request was opened again by a retry; part of the webhook id. */
  revision: Generated<number>;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
  /** When images of it were last handed out: the turn in the round of active requests. */
  dispatched_at: Generated<number>;
  /** Set while the request waits to be finished; a finisher moves it forward as its lease. */
  finish_due_at: number | null;
  /** While it is received: until when its owner is believed to be alive, unless it says so again. */
  receiving_until: Generated<number | null>;
  /** Set while images of the ended request wait to be published; a publisher moves it forward as its lease. */
  publish_due_at: Generated<number | null>;
  /** The images up to this one are published. */
  published_seq: Generated<number>;
}

export interface ProductsTable {
  request_id: string;
  row: number;
  name: string;
}

export interface ImagesTable extends Omit<WrittenColumns, 'status' | 'attempts'> {
  request_id: string;
  /** 1-based, in the order of the file. */
  seq: number;
  row: number;
  /** 1-based position of the URL in its cell. */
  position: number;
  input_url: string;
  /** The seq of the first image with the same URL; that one is worked, and its result is this one's too. */
  copy_of: number | null;
  /** null for a copy. */
  status: 'pending' | 'processed' | 'failed' | null;
  /** Due when this has passed: 0 at first, the end of the lease while claimed, the time of the next attempt after a transient failure. */
  due_at: Generated<number>;
  leased: Generated<0 | 1>;
  /** Counts claims; the newest is the fencing token a result must name. */
  claims: Generated<number>;
  attempts: Generated<number>;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

export interface DeliveriesTable {
  /** The webhook-id: made from the request and its revision, so that the same event never has two. */
  id: string;
  request_id: string;
  type: string;
  url: string;
  /** The body, byte for byte the same in every attempt. */
  body: string;
  status: Generated<DeliveryStatus>;
  attempts: Generated<number>;
  /** Due when this has passed; null once it ended. */
  next_attempt_at: number | null;
  created_at: number;
  delivered_at: number | null;
}

export interface DeliveryAttemptsTable {
  delivery_id: string;
  attempt: number;
  at: number;
  duration_ms: number;
  http_status: number | null;
  error: string | null;
  response_excerpt: string | null;
}

export interface IdempotencyKeysTable {
  key: string;
  /** Hex SHA-256 over the file and its options: the same key with another one is an error. */
  fingerprint: string;
  request_id: string;
  created_at: number;
}

/** What the built-in receiver got, one row an id. */
export interface ReceivedWebhooksTable {
  id: string;
  type: string;
  request_id: string | null;
  verified: 0 | 1 | null;
  body: string;
  times: Generated<number>;
  received_at: number;
}

/** One process that serves or works. */
export interface WorkersTable {
  id: string;
  role: 'server' | 'worker';
  host: string;
  pid: number;
  version: string;
  /** Image processes. */
  processes: number;
  /** Images in flight. */
  running: number;
  started_at: number;
  heartbeat_at: number;
}

export interface Database {
  requests: RequestsTable;
  products: ProductsTable;
  images: ImagesTable;
  deliveries: DeliveriesTable;
  delivery_attempts: DeliveryAttemptsTable;
  idempotency_keys: IdempotencyKeysTable;
  received_webhooks: ReceivedWebhooksTable;
  workers: WorkersTable;
}

/** A request as it is read. */
export interface RequestRecord extends Omit<Selectable<RequestsTable>, 'options' | 'csv'> {
  options: RequestOptions;
  csv: TableShape;
}

export type DeliveryRecord = Selectable<DeliveriesTable>;
export type DeliveryAttemptRecord = Selectable<DeliveryAttemptsTable>;
