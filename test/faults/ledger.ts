// What a client was promised (every 202), and what it sees while it polls: progress that never falls, an end that stays.
import { onTestFinished } from 'vitest';
import { pause } from '../fakes/pause.ts';
import type { RequestBody } from '../flow/service.ts';
import type { Catalogue, Site } from './site.ts';

export interface Promised {
  id: string;
  catalogue: Catalogue;
}

export type Ledger = ReturnType<typeof createLedger>;

const RANK: Record<string, number> = { pending: 0, processing: 1, completed: 2, failed: 2, cancelled: 2 };
const POLL_MS = 100;
const ANSWER_MS = 45_000;

/** Polls every promised request from now on, at whichever of `urls` it is asked to at the time. */
export function createLedger({ site, urls }: { site: Site; urls: () => string[] }) {
  const promised: Promised[] = [];
  const seen = new Map<string, RequestBody>();
  const violations: string[] = [];
  /** When an answer with more images ended than before came last, by performance.now(). */
  let progressAt = 0;
  let refusals = 0;
  let stopped = false;

  function compare(before: RequestBody | undefined, after: RequestBody): void {
    if (!before) return;
    const ended = ({ images }: RequestBody) => images.processed + images.failed;
    const said = `${JSON.stringify(before)} -> ${JSON.stringify(after)}`;
    if (after.progress < before.progress || ended(after) < ended(before))
      violations.push(`progress fell: ${said}`);
    if (RANK[after.status]! < RANK[before.status]!) violations.push(`the status went back: ${said}`);
    if (RANK[before.status] === 2 && after.status !== before.status)
      violations.push(`an end was left: ${said}`);
    if (ended(after) > ended(before)) progressAt = performance.now();
  }

  async function ask(id: string): Promise<void> {
    const all = urls();
    if (all.length === 0) return;
    const url = all[Math.floor(Math.random() * all.length)]!;
    const answer = await fetch(`${url}/status/${id}`, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(
      () => null,
    );
    const text = await answer?.text().catch(() => null);
    if (!answer || typeof text !== 'string') {
      refusals++;
      return;
    }
    if (answer.status === 503) {
      refusals++;
      if (!answer.headers.get('retry-after')) violations.push(`a 503 without Retry-After: ${text}`);
      return;
    }
    if (answer.status !== 200) {
      violations.push(`/status/${id} answered ${answer.status}: ${text}`);
      return;
    }
    const body = JSON.parse(text) as RequestBody;
    compare(seen.get(id), body);
    seen.set(id, body);
  }

  async function poll(): Promise<void> {
    while (!stopped) {
      // One after the other, so that the answers are in the order of the questions.
      for (const { id } of promised) if (!stopped) await ask(id);
      await pause(POLL_MS);
    }
  }
  const polling = poll();
  const stop = async () => {
    stopped = true;
    await polling;
  };
  onTestFinished(stop);

  const totals = () => {
    const bodies = promised.map(({ id }) => seen.get(id));
    return bodies.reduce((sum, body) => sum + (body ? body.images.processed + body.images.failed : 0), 0);
  };

  async function until(what: string, reached: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!reached()) {
      if (violations.length > 0) throw new Error(violations.join('\n'));
      if (performance.now() > deadline)
        throw new Error(`waited ${timeoutMs} ms for ${what}: ${JSON.stringify([...seen.values()])}`);
      await pause(20);
    }
  }

  return {
    promised,
    violations,
    /** Polls that got no answer or a 503. */
    get refusals() {
      return refusals;
    },
    get images() {
      return promised.reduce((sum, { catalogue }) => sum + catalogue.rows.length, 0);
    },
    /** Images that have ended, as far as was seen. */
    get ended() {
      return totals();
    },
    /** Uploads and writes the 202 down. Throws what was answered otherwise. */
    async upload(catalogue: Catalogue, headers: Record<string, string> = {}): Promise<string> {
      const id = await submit(urls()[0]!, catalogue, { webhookUrl: site.webhookUrl, headers });
      promised.push({ id, catalogue });
      return id;
    },
    untilEnded: (count: number, timeoutMs = 60_000) =>
      until(`${count} images to end`, () => totals() >= count, timeoutMs),
    /** Resolves when all requests have ended and their files are there. */
    settled: (timeoutMs = 120_000) =>
      until(
        'the end',
        () =>
          promised.every(({ id }) => {
            const body = seen.get(id);
            return body && RANK[body.status] === 2 && body.output_csv_url !== null;
          }),
        timeoutMs,
      ),
    /** Seconds from `since` until more images than then had ended. */
    async recovery(since: number, timeoutMs = 90_000): Promise<number> {
      await until('progress', () => progressAt > since || totals() === this.images, timeoutMs);
      return Math.max(0, progressAt - since) / 1000;
    },
    stop,
  };
}

/** One upload as a form. Resolves with the id of a 202; rejects with RefusedError on every other answer. */
export async function submit(
  url: string,
  catalogue: Catalogue,
  { webhookUrl, headers = {} }: { webhookUrl: string; headers?: Record<string, string> },
): Promise<string> {
  const form = new FormData();
  form.set('webhook_url', webhookUrl);
  form.set('file', new Blob([catalogue.csv], { type: 'text/csv' }), 'catalogue.csv');
  const answer = await fetch(`${url}/upload`, { method: 'POST', body: form, headers });
  const text = await answer.text();
  if (answer.status !== 202) throw new RefusedError(answer, text);
  const { request_id, images } = JSON.parse(text) as { request_id: string; images: number };
  if (images !== catalogue.rows.length) throw new Error(`202 promises ${images} images: ${text}`);
  return request_id;
}

export class RefusedError extends Error {
  readonly status: number;
  readonly retryAfter: string | null;
  constructor(answer: Response, text: string) {
    super(`${answer.status}: ${text}`);
    this.status = answer.status;
    this.retryAfter = answer.headers.get('retry-after');
  }
}
