// What the fetcher's tests share: an origin and a fetcher that are closed after each test, and the two kinds of outcome.
import { afterEach, expect } from 'vitest';
import { createFetcher, type Fetcher, type FetcherOptions } from '../../src/image/fetch/fetch.ts';
import { type Origin, type OriginOptions, type Routes, startOrigin } from './origin.ts';

/** Bytes that repeat at no power of two; more than a fetcher reads of an answer it does not want. */
export const PICTURE = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31) % 251));

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
// Comparing pictures element by element takes a quarter of a second each.
expect.addEqualityTesters([(a, b) => (Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : undefined)]);

export async function origin(routes: Routes, options: OriginOptions = {}): Promise<Origin> {
  const started = await startOrigin(routes, options);
  opened.push(started);
  return started;
}

/** A fetcher that may go to loopback, with short limits. */
export function fetcher(options: Partial<FetcherOptions> = {}): Fetcher {
  const policy = { allowPrivate: true, allowed: { hosts: [], ranges: [] } };
  const made = createFetcher({ policy, timeoutMs: 5_000, maxBytes: 1_000_000, ...options });
  opened.push(made);
  return made;
}

/** Fetches `/` of an origin with this one answer. */
export async function fetchOnce(answer: Routes[string], options: Partial<FetcherOptions> = {}) {
  const server = await origin({ '/': answer });
  return { server, result: await fetcher(options).fetchImage(server.url) };
}

export const failed = (code: string, http_status: number | null, transient: boolean) => ({
  status: 'failed',
  code,
  http_status,
  transient,
});
export const fetched = (data: Buffer) => ({ status: 'fetched', data, http_status: 200 });
/** The head of a 200 with these lines and no others. */
export const rawHead = (...lines: string[]) => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');
