// The interfaces between the parts, and the records that cross them. Types only, no code.
import type { Readable } from 'node:stream';
import type { FastifyPluginCallback } from 'fastify';
import type { ImageFailure } from './errors.ts';
import type { ImageFormat } from './formats.ts';
import type { Reported } from './result-columns.ts';
import type { TableOptions } from './table/table-options.ts';

// ---------------------------------------------------------------- the image work

/** What to do to every image of a request. As it stands in the database and in the API. */
export interface ProcessOptions {
  /** `"50"`: the encoder's own scale, 1-100. `"50%"`: that share of the source's own estimated quality. */
  quality: string;
  /** The format to deliver; null keeps the format of the source. */
  format: ImageFormat | null;
  /** Pixels. The picture is scaled down to fit, never up; null is no limit. */
  max_width: number | null;
  max_height: number | null;
  /** `copyright` keeps copyright, IPTC and the AI label; `none` drops these too. GPS never stays, the colour profile always does. */
  metadata: 'copyright' | 'none';
  /** Store what was downloaded beside the result. */
  keep_originals: boolean;
  /** Names of the results, without an extension; see util/key-template.ts. */
  key_template: string;
}

/** All that a caller asked for with an upload, as it is stored with the request and shown in its status. */
export interface RequestOptions extends ProcessOptions, TableOptions {}

/** One image to fetch, compress and put: all that an image process is told. */
export interface ImageTask {
  url: string;
  /** Object key of the result without its extension, which the real format decides. */
  key: string;
  options: ProcessOptions;
  /** What the log calls it; a key is made from the CSV, which no log may have. */
  about?: Pick<ClaimedImage, 'request_id' | 'row' | 'position'>;
}

/** What an image goes through in its process, in this order; `wait` is for the CPU slot. */
export type Stage = 'fetch' | 'wait' | 'compress' | 'store';

/** Milliseconds of each stage that was begun. */
export type StageTimes = Partial<Record<Stage, number>>;

export interface ImageSuccess extends Reported {
  status: 'processed';
  http_status: number;
}

export type ImageOutcome = ImageSuccess | ImageFailure;

// ---------------------------------------------------------------- storage

export interface PutOptions {
  contentType: string;
  /** Resolve only when the object would survive a power cut. */
  durable?: boolean;
}

/** An object as a listing has it. */
export interface StoredObject {
  key: string;
  bytes: number;
  /** Milliseconds since the epoch. */
  modified: number;
}

/**
 * Where objects live. Keys are `/`-separated, of `[A-Za-z0-9._-]` segments, never starting with a dot.
 * An object is visible whole or not at all, and putting a key again replaces it. Whatever goes wrong in a storage is a
 * StorageFault, and worth another try; what a stream that is put throws is thrown on as it is.
 */
export interface Storage {
  /** Writes the object; resolves after it is readable. Rejects, leaving nothing behind, when the stream errors. */
  put(key: string, body: Buffer | Readable, options: PutOptions): Promise<void>;
  /** The object as a stream, or null when there is none. */
  get(key: string): Promise<Readable | null>;
  /** Every object whose key is `prefix` or below it (a whole segment or more; '' is all), in no order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Removes every object whose key is `prefix` or below it; fine when there is none. */
  deletePrefix(prefix: string): Promise<void>;
  /** The public address of an object. Needs no request to the storage. */
  url(key: string): string;
  /** Rejects when the storage does not answer or does not let us in. Cheap enough to be asked every few seconds. */
  check(): Promise<void>;
  /** Set where `url` leads to our own server: how that answers for an object. */
  readonly files: StoredFiles | null;
  /**
   * Removes what writes that were killed left behind, once nobody has touched it for `ageMs`. For storages that keep such.
   * Resolves to how many there were; null when the storage does not tell, or not us.
   */
  removeUnfinished?(options: { ageMs: number; dryRun?: boolean }): Promise<number | null>;
}

/** A folder to serve from; or a link to send on to, made for each call, with the seconds it lasts. */
export type StoredFiles =
  | { folder: string }
  | { link(key: string): Promise<{ url: string; seconds: number }> };

// ---------------------------------------------------------------- publishing

/** An image that has ended, as others are told of it. */
export interface PublishedImage {
  request_id: string;
  seq: number;
  row: number;
  position: number;
  product_name: string;
  input_url: string;
  output_url: string | null;
  status: 'processed' | 'failed';
  error: { code: string; message: string } | null;
}

/** Where ended images are written to as well. */
export interface Publisher {
  /** Writes all of them or rejects; an image written before is written over. */
  publish(images: PublishedImage[]): Promise<void>;
  /** Writes, reads and deletes a probe. */
  check(): Promise<void>;
  /** Lets go of what is under way, which rejects. The second call is the first. */
  close(): Promise<void>;
}

// ---------------------------------------------------------------- the queue

export type JobName = keyof JobData;

export interface Job<Name extends JobName = JobName> {
  /** Deterministic: adding an id that is waiting or running changes nothing. */
  id: string;
  name: Name;
  data: JobData[Name];
}

export interface JobData {
  image: ClaimedImage;
  finish: { request_id: string };
  deliver: { delivery_id: string };
}

/** An image under a lease: the task, and what its result must name to be recorded. */
export interface ClaimedImage {
  request_id: string;
  seq: number;
  /** Fencing token: the result counts only while this is still the image's newest claim. */
  claim: number;
  /** Attempts that ended in a transient failure before this one. */
  attempts: number;
  row: number;
  position: number;
  url: string;
}

export type Handlers = { [Name in JobName]: (data: JobData[Name]) => Promise<void> };

/**
 * A buffer in front of the handlers. Losing what is in it loses time, never work: the database hands it out again.
 * A handler that throws is called again after a backoff, up to a few times; then the job is dropped until it is due again.
 * One that throws GivenBackError gives its job back as it was.
 */
export interface JobQueue {
  /** Whether it is shared by many processes, and its jobs outlive this one. */
  readonly shared: boolean;
  /** Rejects within seconds when the queue does not answer; some of the jobs may be in it then. */
  add(jobs: Job[]): Promise<void>;
  /** Starts handing jobs to the handlers, at most `concurrency[name]` of a name at once. */
  process(handlers: Handlers, concurrency: Record<JobName, number>): void;
  /** Jobs waiting or running under this name. */
  depth(name: JobName): Promise<number>;
  /** Which of these neither wait nor run. One that was added or ended this moment may be told either way. */
  missing<Known extends Pick<Job, 'id' | 'name'>>(jobs: Known[]): Promise<Known[]>;
  /**
   * Whether this process should dispatch now: one at a time does, so that the high-water mark means what it says.
   * It saves work and decides nothing: two that both believe it do no harm.
   */
  lead(): Promise<boolean>;
  /** Rejects when the queue does not answer. */
  check(): Promise<void>;
  /**
   * Takes no more jobs, and resolves when the running ones have ended, or after `graceMs` without them; with those that
   * are dropped undone and that no other process can come by. The second call is the first.
   */
  close(graceMs?: number): Promise<Job[]>;
}

/** What waits and runs in a shared queue, to be looked at only. */
export interface QueueBoard {
  /** Its pages; they check nobody. */
  plugin: FastifyPluginCallback;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- small things handed around

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
