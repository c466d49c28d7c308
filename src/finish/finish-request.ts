// The end of a request: its files, then status and webhook in one commit.
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf, StorageFault } from '../errors.ts';
import type { JobData, Log, Storage } from '../ports.ts';
import { backoffMs, FAULT_BACKOFF } from '../queue/retry.ts';
import type { Records } from '../records/open-records.ts';
import type { RequestRecord } from '../records/schema.ts';
import { fileKey, RESULT_FILES } from '../request-files.ts';
import type { Links } from '../util/links.ts';
import type { Metrics } from '../util/telemetry/metrics.ts';
import { inSpan } from '../util/telemetry/trace.ts';
import { webhookBody } from '../webhook/payload.ts';
import { writeFiles } from './write-files.ts';

export interface FinishOptions {
  records: Pick<Records, 'requests' | 'results' | 'time'>;
  storage: Storage;
  links: Links;
  /** Called after the request is closed: its webhook is due. */
  onFinished(requestId: string): void;
  log: Log;
  metrics: Metrics;
}

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
    const first = await writeWithRetry(request);
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
  async function writeWithRetry(request: RequestRecord): Promise<string[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await writeFiles(request, { results: records.results, storage });
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
    for (const kind of RESULT_FILES) {
      await storage.deletePrefix(fileKey(kind, ended)).catch((error: unknown) => {
        log.warn({ request_id: ended.id, error: messageOf(error) }, 'an earlier result could not be removed');
      });
    }
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
