// One image made while somebody looks on: by the way of every image, but in a process of its own and into a scratch
// folder, from which it is gone as soon as it is read. Nobody waits behind the queue for it, nor the queue for it.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError } from '../errors.ts';
import type { ImageOutcome, ImageSuccess, ProcessOptions, Storage } from '../ports.ts';
import { createLimit } from '../util/limit.ts';
import { openPool, type Pool, type PoolOptions } from './pool.ts';

/** Both pictures as streams that must be read or destroyed. */
export interface Preview {
  made: ImageSuccess;
  original: Readable;
  result: Readable;
}

export interface Previews {
  /**
   * Downloads one picture and makes it lighter.
   * @throws AppError image_failed with the image's own code in front of its message; unavailable when too many wait.
   */
  make(url: string, options: ProcessOptions, signal: AbortSignal): Promise<Preview>;
  /** Interrupts what is under way. The second call is the first. */
  close(): Promise<void>;
}

export interface PreviewsOptions {
  /** As for all images; how many at once is decided here. */
  pool: PoolOptions;
  /** The scratch folder; what a process that was killed left in it goes when it is opened. */
  folder: string;
  openScratch(folder: string): Promise<Storage>;
}

const AT_ONCE = 2;
const MOST_WAITING = 8;
/** Somebody is waiting: a source that takes longer has failed for now. */
const LONGEST_MS = 30_000;
/** Well below that, since a picture that takes longer holds up the other preview too. */
const LONGEST_DECODE_MS = 12_000;
/** The process is kept this long for the next preview. */
const IDLE_MS = 60_000;

interface Workshop {
  pool: Pool;
  scratch: Storage;
}

/** Starts nothing before the first preview. */
export function createPreviews(options: PreviewsOptions): Previews {
  return new Workshops(options);
}

/** One workshop at a time, opened for the first preview and shut when nobody has asked for a while. */
class Workshops implements Previews {
  readonly #options: PreviewsOptions;
  readonly #places = createLimit(AT_ONCE);
  #inHand = 0;
  #opening: Promise<Workshop> | null = null;
  #idle: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: PreviewsOptions) {
    this.#options = options;
  }

  async make(url: string, options: ProcessOptions, signal: AbortSignal): Promise<Preview> {
    if (this.#closing || this.#inHand >= AT_ONCE + MOST_WAITING) {
      throw new AppError('unavailable', 'Too many previews at once.', { retryAfterSeconds: 2 });
    }
    this.#inHand++;
    clearTimeout(this.#idle);
    const release = await this.#places.acquire();
    const late = AbortSignal.timeout(LONGEST_MS);
    try {
      // Closed while this one waited for its place.
      if (this.#closing) throw failed(null);
      this.#opening ??= openWorkshop(this.#options).catch((error) => {
        this.#opening = null;
        throw error;
      });
      return await makeIn(await this.#opening, [url, options, AbortSignal.any([signal, late])]);
    } catch (error) {
      if (signal.aborted) throw new AppError('image_failed', 'Nobody waits for it any more.');
      if (this.#closing) throw failed(null);
      if (!late.aborted) throw error;
      throw new AppError('image_failed', `timeout: it took longer than ${LONGEST_MS / 1000} s`);
    } finally {
      release();
      this.#inHand--;
      if (this.#inHand === 0 && !this.#closing)
        this.#idle = setTimeout(() => void this.#shut(), IDLE_MS).unref();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  async #shut(): Promise<void> {
    clearTimeout(this.#idle);
    const opened = this.#opening;
    this.#opening = null;
    const workshop = await opened?.catch(() => null);
    if (!workshop) return;
    await workshop.pool.close();
    await rm(this.#options.folder, { recursive: true, force: true });
  }
}

async function openWorkshop({ pool: options, folder, openScratch }: PreviewsOptions): Promise<Workshop> {
  await rm(folder, { recursive: true, force: true });
  const scratch = await openScratch(folder);
  const pool = openPool({
    ...options,
    settings: { ...options.settings, storageUrl: `file:${folder}` },
    processes: 1,
    inFlight: AT_ONCE,
    compressTimeoutMs: Math.min(options.compressTimeoutMs, LONGEST_DECODE_MS),
  });
  return { pool, scratch };
}

async function makeIn(
  { pool, scratch }: Workshop,
  task: [string, ProcessOptions, AbortSignal],
): Promise<Preview> {
  const [url, options, signal] = task;
  const folder = randomUUID();
  try {
    let outcome = null as ImageOutcome | null;
    const wanted = { url, key: `${folder}/picture`, options: { ...options, keep_originals: true } };
    await pool.run(wanted, signal, async (made) => {
      outcome = made;
    });
    if (outcome === null || outcome.status === 'failed') throw failed(outcome);
    const [original, result] = [
      await scratch.get(outcome.original_key ?? ''),
      await scratch.get(outcome.output_key),
    ];
    if (!original || !result) throw new Error('the preview is gone from its scratch folder');
    return { made: outcome, original, result };
  } finally {
    // Streams that are open still have their files.
    await scratch.deletePrefix(folder);
  }
}

function failed(outcome: Extract<ImageOutcome, { status: 'failed' }> | null): AppError {
  if (!outcome) return new AppError('unavailable', 'The preview was interrupted.', { retryAfterSeconds: 2 });
  return new AppError('image_failed', `${outcome.code}: ${outcome.message}`);
}
