// The end of a request: the three CSVs in one pass over the file and its images, then status and webhook in one commit.
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf, StorageFault } from '../errors.ts';
import { readRecords } from '../intake/csv.ts';
import type { JobData, Log, Storage } from '../ports.ts';
import { backoffMs, FAULT_BACKOFF } from '../queue/retry.ts';
import type { Records } from '../records/open-records.ts';
import type { ImageRecord } from '../records/results.ts';
import type { RequestRecord } from '../records/schema.ts';
import { shownColumns } from '../result-columns.ts';
import { type CsvKind, csvKey, type Links } from '../util/links.ts';
import type { Metrics } from '../util/telemetry/metrics.ts';
import { inSpan } from '../util/telemetry/trace.ts';
import { MAX_OUTPUT_IMAGES, webhookBody } from '../webhook/payload.ts';
import { failedRecord } from './failed-csv.ts';
import { outputRecord } from './output-csv.ts';
import { REPORT_HEADER, type ReportImage, reportLine } from './report-csv.ts';

export interface FinishOptions {
  records: Pick<Records, 'requests' | 'results' | 'time'>;
  storage: Storage;
  links: Links;
  /** Called after the request is closed: its webhook is due. */
  onFinished(requestId: string): void;
  log: Log;
  metrics: Metrics;
}

const IMAGES_A_PAGE = 1_000;
/** With the fault backoff some ten seconds of waits; then the queue calls again. */
const WRITE_ATTEMPTS = 6;

export function createFinisher({ records, storage, links, onFinished, log, metrics }: FinishOptions) {
  return async function finish({ request_id }: JobData['finish']): Promise<void> {
    const request = await records.requests.get(request_id);
    // Finished by another, opened again or deleted since it was claimed.
    if (!request || request.finish_due_at === null) return;
    const stop = metrics.finishSeconds.startTimer();
    await inSpan('finish', { attributes: { request_id } }, async (span) => {
      const status = await close(request);
      span?.setAttribute('outcome', status ?? 'not ours');
      if (status) stop();
    });
  };

  /** The status it ended with; null when another was first. */
  async function close(request: RequestRecord): Promise<Ended | null> {
    const first = await writeSurely(request);
    const status = finalStatus(request);
    const endedAt = await records.time();
    const delivery = deliveryOf(request, status, { endedAt, outputImages: first });
    const ended = await records.requests.finish(request, status, delivery);
    if (!ended) return null;
    metrics.requests.inc({ status });
    if (request.revision > 0) await removeFiles({ id: request.id, revision: request.revision - 1 });
    const { id, images_total, images_processed, images_failed } = request;
    const seconds = Math.max(0, endedAt - request.created_at) / 1000;
    log.info(
      { request_id: id, status, images_total, images_processed, images_failed, seconds },
      'a request ended',
    );
    onFinished(id);
    return status;
  }

  /** A storage that is away for some seconds costs no more than these. */
  async function writeSurely(request: RequestRecord): Promise<string[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await writeFiles(request);
      } catch (error) {
        if (!(error instanceof StorageFault) || attempt === WRITE_ATTEMPTS) throw error;
        log.warn(
          { request_id: request.id, attempt, error: error.message },
          'the results could not be written',
        );
        await wait(backoffMs(attempt, FAULT_BACKOFF));
      }
    }
  }

  /** What the request ended with before it was opened again. Left behind, it goes with the request. */
  async function removeFiles(ended: { id: string; revision: number }): Promise<void> {
    for (const kind of ['output', 'report', 'failed'] as const) {
      await storage.deletePrefix(csvKey(kind, ended)).catch((error: unknown) => {
        log.warn({ request_id: ended.id, error: messageOf(error) }, 'an earlier result could not be removed');
      });
    }
  }

  /** Streams output.csv, report.csv and, if anything failed, failed.csv. Returns the first output URLs. */
  async function writeFiles(request: RequestRecord): Promise<string[]> {
    const shape = request.csv;
    const input = await storage.get(csvKey('input', request));
    if (!input) throw new Error(`the input file of ${request.id} is gone`);
    const incomplete = request.images_processed < request.images_total;
    const output = openFile(request, 'output');
    const report = openFile(request, 'report');
    const failed = incomplete ? openFile(request, 'failed') : null;
    const files = [output, report, ...(failed ? [failed] : [])];
    const outputUrls: string[] = [];
    const cursor = readImages(request);
    try {
      await report.write(REPORT_HEADER);
      for await (const page of readRecords(input, shape)) {
        const parts: { output: Buffer[]; report: string[]; failed: Buffer[] } = {
          output: [],
          report: [],
          failed: [],
        };
        for (const record of page) {
          const images = record.kind === 'data' ? await take(cursor, record.urls.length) : [];
          const urls = images.map(({ output_key }) => (output_key === null ? null : storage.url(output_key)));
          for (const url of urls)
            if (url !== null && outputUrls.length < MAX_OUTPUT_IMAGES) outputUrls.push(url);
          parts.output.push(outputRecord(shape, record, urls));
          for (const image of images) parts.report.push(reportLine(reported(image)));
          const failure = failed && failedRecord(shape, record, images.map(failureOf));
          if (failure) parts.failed.push(failure);
        }
        await output.write(Buffer.concat(parts.output));
        await report.write(parts.report.join(''));
        await failed?.write(Buffer.concat(parts.failed));
        await new Promise(setImmediate);
      }
      await Promise.all(files.map((file) => file.end()));
    } catch (error) {
      for (const file of files) file.abort(error as Error);
      throw input.errored ? new StorageFault('the input file could not be read', { cause: error }) : error;
    }
    return outputUrls;
  }

  function openFile(request: RequestRecord, kind: CsvKind) {
    const stream = new PassThrough({ highWaterMark: 256 * 1024 }).on('error', () => {});
    const stored = storage.put(csvKey(kind, request), stream, { contentType: 'text/csv', durable: true });
    stored.catch(() => {}); // whoever waits for end() hears of it
    return {
      async write(part: Buffer | string): Promise<void> {
        if (part.length > 0 && !stream.write(part)) await Promise.race([once(stream, 'drain'), stored]);
      },
      async end(): Promise<void> {
        stream.end();
        await stored;
      },
      abort: (error: Error) => void stream.destroy(error),
    };
  }

  async function* readImages(request: RequestRecord): AsyncGenerator<ImageRecord> {
    for (let cursor = 0; ; ) {
      const page = await records.results.list(request.id, { cursor, limit: IMAGES_A_PAGE });
      for (const image of page) {
        // What a cancel left undone has no result of its own.
        yield request.status === 'cancelled' && image.status === 'pending'
          ? { ...image, error_code: 'cancelled', error_message: 'the request was cancelled first' }
          : image;
      }
      if (page.length < IMAGES_A_PAGE) return;
      cursor = page.at(-1)!.seq;
    }
  }

  function reported(image: ImageRecord): ReportImage {
    const shown = shownColumns(image, (key) => storage.url(key));
    return { ...shown, status: image.status === 'pending' ? 'cancelled' : image.status };
  }

  function deliveryOf(
    request: RequestRecord,
    status: Ended,
    { endedAt, outputImages }: { endedAt: number; outputImages: string[] },
  ) {
    if (request.webhook_url === null) return null;
    const { id, images_total: total, images_processed: processed, images_failed: failed } = request;
    return {
      id: `msg_${id.replaceAll('-', '')}_${request.revision}`,
      type: `request.${status}`,
      url: request.webhook_url,
      body: webhookBody({
        requestId: id,
        status,
        endedAt,
        images: { total, processed, failed, pending: total - processed - failed },
        outputCsvUrl: links.csv('output', id),
        reportCsvUrl: links.csv('report', id),
        outputImages,
      }),
    };
  }
}

type Ended = 'completed' | 'failed' | 'cancelled';

function finalStatus(request: RequestRecord): Ended {
  if (request.status === 'cancelled') return 'cancelled';
  return request.images_processed > 0 ? 'completed' : 'failed';
}

/** The error of an image for failed.csv; null when it needs no mending. */
function failureOf(image: ImageRecord): { code: string; message: string } | null {
  if (image.status === 'processed') return null;
  return { code: image.error_code ?? '', message: image.error_message ?? '' };
}

async function take(images: AsyncGenerator<ImageRecord>, count: number): Promise<ImageRecord[]> {
  const taken: ImageRecord[] = [];
  while (taken.length < count) {
    const { value, done } = await images.next();
    if (done) throw new Error('the file names more images than the database has');
    taken.push(value);
  }
  return taken;
}
