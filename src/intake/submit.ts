// Upload -> request, products and images. The file is spooled to storage while it is checked; only a file without
// problems becomes rows; and a request exists for others from one commit on.
import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../errors.ts';
import type { Storage } from '../ports.ts';
import type { Records } from '../records/open-records.ts';
import type { NewImage, NewProduct } from '../records/receiving.ts';
import { fileKey } from '../request-files.ts';
import {
  type Assumed,
  createTableChecker,
  readRecords,
  type TableCheck,
  type TableOptions,
  type TableShape,
  urlsOf,
} from '../table/table.ts';
import type { Metrics } from '../util/telemetry/metrics.ts';
import type { RequestOptions } from './options.ts';
import { SeenUrls } from './seen-urls.ts';

/** A file that was read, checked and spooled, and is no request yet. */
export interface Received {
  id: string;
  /** Hex SHA-256 of the file. */
  sha256: string;
  check: TableCheck;
  /** What the file was read by. */
  table: TableOptions;
}

export interface Accepted {
  request_id: string;
  products: number;
  images: number;
}

export interface Submission {
  options: RequestOptions;
  /** Name of the API key it came with, '' when none is needed. */
  owner: string;
  webhookUrl: string | null;
  /** Made unique by its caller; null when the upload may be repeated. */
  idempotencyKey: string | null;
}

export type Intake = ReturnType<typeof createIntake>;

/** Rows that go to the database in one transaction: few enough that a small upload meanwhile waits only milliseconds. */
const ROWS_A_PAGE = 1_000;

export function createIntake({
  storage,
  records: { requests, removal },
  limits,
  metrics,
}: {
  storage: Storage;
  records: Pick<Records, 'requests' | 'removal'>;
  limits: { maxUploadBytes: number; maxRows: number };
  metrics: Pick<Metrics, 'uploads' | 'uploadBytes' | 'uploadRows' | 'uploadsReceiving'>;
}) {
  return {
    /**
     * Spools and checks a file. Nothing stays behind when it rejects.
     * @throws AppError upload_too_large, upload_cut_off
     */
    async receive(source: Readable, fileName: string, table: TableOptions): Promise<Received> {
      const id = randomUUID();
      const digest = createHash('sha256');
      const checker = createChecker(table);
      let bytes = 0;
      async function* checked(): AsyncGenerator<Buffer> {
        // Left as it is when reading ends early: destroying it would close the connection before the answer is sent.
        for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          bytes += chunk.length;
          metrics.uploadBytes.inc(chunk.length);
          if (bytes > limits.maxUploadBytes) throw tooLarge(limits.maxUploadBytes);
          digest.update(chunk);
          checker.push(chunk);
          yield chunk;
        }
      }
      metrics.uploadsReceiving.inc();
      try {
        await requests.receive(id, fileName);
        await storage.put(inputKey(id), Readable.from(checked()), {
          contentType: 'text/csv',
          durable: true,
        });
      } catch (error) {
        await discard(id);
        throw error;
      } finally {
        metrics.uploadsReceiving.dec();
      }
      return { id, table, sha256: digest.digest('hex'), check: checker.end() };
    },

    /** The verdict, by all that was said: a form may name its options behind the file, and a head may not be like the rest. */
    async settle(received: Received, table: TableOptions): Promise<Received> {
      let check = isDeepStrictEqual(table, received.table) ? received.check : await read(received.id, table);
      if (check.again) check = await read(received.id, table, check.again);
      return { ...received, table, check };
    },

    /**
     * Makes a checked file a request. Resolves after a commit that would survive a power cut; when it rejects, or the
     * idempotency key stands for an earlier upload, nothing of this one stays behind.
     * @throws AppError invalid_csv with every problem, idempotency_key_reused
     */
    async accept(
      received: Received,
      { options, owner, webhookUrl, idempotencyKey }: Submission,
    ): Promise<Accepted> {
      const { id, check } = received;
      const fingerprint = createHash('sha256')
        .update(JSON.stringify([received.sha256, options, webhookUrl]))
        .digest('hex');
      try {
        const { shape } = check;
        if (check.problems.length > 0 || !shape) {
          throw new AppError('invalid_csv', `The file has ${countOf(check.problems.length, 'problem')}.`, {
            errors: check.problems,
          });
        }
        if (idempotencyKey) {
          const earlier = await requests.findIdempotencyKey(idempotencyKey);
          if (earlier) return await repeatOf(earlier, fingerprint, id);
        }
        await addRows(id, shape);
        const details = {
          owner,
          options: JSON.stringify(options),
          csv: JSON.stringify(shape),
          webhook_url: webhookUrl,
          products: check.products,
          images_total: check.images,
        };
        const acceptance = await requests.accept(
          id,
          details,
          idempotencyKey ? { key: idempotencyKey, fingerprint } : null,
        );
        if (!acceptance.accepted) return await repeatOf(acceptance, fingerprint, id);
        metrics.uploads.inc({ code: '' });
        metrics.uploadRows.inc(check.products);
        return { request_id: id, products: check.products, images: check.images };
      } catch (error) {
        await discard(id);
        throw error;
      }
    },

    discard,
  };

  function createChecker(options: TableOptions, assumed: Assumed | null = null) {
    return createTableChecker({ options, limits: { maxRows: limits.maxRows }, assumed });
  }

  async function read(id: string, table: TableOptions, assumed: Assumed | null = null): Promise<TableCheck> {
    const checker = createChecker(table, assumed);
    for await (const chunk of await open(id)) checker.push(chunk as Buffer);
    return checker.end();
  }

  async function open(id: string): Promise<Readable> {
    const input = await storage.get(inputKey(id));
    if (!input) throw new Error(`the spooled file of ${id} is gone`);
    return input;
  }

  async function addRows(id: string, shape: TableShape): Promise<void> {
    const seen = new SeenUrls();
    let products: NewProduct[] = [];
    let images: NewImage[] = [];
    let seq = 0;
    async function write(): Promise<void> {
      await requests.addRows(id, products, images);
      products = [];
      images = [];
      // The database answers at once; without this nobody else would be answered until the file is in.
      await new Promise(setImmediate);
    }
    for await (const records of readRecords(await open(id), shape)) {
      for (const record of records) {
        if (record.kind !== 'data' || record.cells.length === 0) continue;
        products.push({ row: record.row, name: record.name });
        for (const [index, url] of urlsOf(record).entries()) {
          seq++;
          images.push({
            seq,
            row: record.row,
            position: index + 1,
            input_url: url,
            copy_of: seen.add(url, seq),
          });
        }
        if (images.length >= ROWS_A_PAGE) await write();
      }
    }
    await write();
  }

  /** The answer to an upload whose key was used before: the earlier request, if it was the same upload. */
  async function repeatOf(
    earlier: { fingerprint: string; request_id: string },
    fingerprint: string,
    id: string,
  ): Promise<Accepted> {
    if (earlier.fingerprint !== fingerprint) {
      throw new AppError(
        'idempotency_key_reused',
        'This Idempotency-Key was used for another file or other options.',
      );
    }
    await discard(id);
    const request = await requests.get(earlier.request_id);
    if (!request) throw new AppError('wrong_state', 'The request of this Idempotency-Key was deleted.');
    return { request_id: request.id, products: request.products, images: request.images_total };
  }

  async function discard(id: string): Promise<void> {
    // The rows go last: while they are there, the sweep knows of files that could not be removed.
    await storage.deletePrefix(id);
    await removal.removeRows(id);
  }
}

const inputKey = (id: string) => fileKey('input', { id, revision: 0 });

export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'upload_too_large',
    `A file may have ${maxBytes.toLocaleString('en')} bytes (MAX_UPLOAD_BYTES).`,
  );
}
