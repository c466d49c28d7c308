// Waiting for a request: by server-sent events, again after every break, and by asking where events do not get through.
import { setTimeout as pause } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { type Call, HalveError, unreachable } from './call.ts';
import type { HalveRequest } from './types.ts';

export interface WaitOptions {
  /** Called with each new state, the last one included. */
  onProgress?: (request: HalveRequest) => void;
  signal?: AbortSignal;
  /** Milliseconds between questions where events do not get through; default 2,000. */
  pollMs?: number;
  /** Milliseconds the server may be away, restarts and all, before that is an error; default 300,000. */
  unreachableMs?: number;
}

const POLL_MS = 2_000;
const UNREACHABLE_MS = 300_000;
/** The server says something every 15 seconds. */
const SILENT_MS = 45_000;
const LONGEST_PAUSE_MS = 15_000;
/** Streams in a row that told nothing, after which a proxy is believed to hold events back. */
const SILENT_STREAMS = 2;
const PASSING = new Set([0, 408, 429, 500, 502, 503, 504]);

/**
 * Resolves when the request has ended and its files are there, whatever its status.
 * @throws HalveError when the server refuses (not_found, unauthorized) or is away for too long; the reason of `signal`.
 */
export async function waitForRequest(
  call: Call,
  id: string,
  { onProgress, signal, pollMs = POLL_MS, unreachableMs = UNREACHABLE_MS }: WaitOptions,
): Promise<HalveRequest> {
  let heardAt = Date.now();
  let failures = 0;
  let silentStreams = 0;
  let shown = '';
  for (;;) {
    signal?.throwIfAborted();
    const byEvents = silentStreams < SILENT_STREAMS;
    let told = false;
    const tell = (text: string): HalveRequest => {
      const request = JSON.parse(text) as HalveRequest;
      told = true;
      heardAt = Date.now();
      if (text !== shown) onProgress?.(request);
      shown = text;
      return request;
    };
    let retryAfterMs = 0;
    try {
      const path = `/status/${encodeURIComponent(id)}`;
      const request = byEvents
        ? await readEvents(call, `${path}/events`, { tell, signal })
        : tell(await (await call(path, { signal })).text());
      if (request?.progress === 100) return request;
    } catch (error) {
      if (!(error instanceof HalveError) || !PASSING.has(error.status)) throw error;
      if (Date.now() - heardAt > unreachableMs) throw error;
      retryAfterMs = (error.retryAfterSeconds ?? 0) * 1_000;
    }
    failures = told ? 0 : failures + 1;
    if (byEvents) silentStreams = told ? 0 : silentStreams + 1;
    const backoff = byEvents || !told ? 500 * 2 ** Math.min(failures, 6) : pollMs;
    await pause(Math.min(Math.max(backoff, retryAfterMs), LONGEST_PAUSE_MS), undefined, { signal }).catch(
      () => {},
    );
  }
}

/** Resolves to the last state it was told, undefined when the stream ended before any. @throws HalveError when it breaks. */
async function readEvents(
  call: Call,
  path: string,
  { tell, signal }: { tell: (text: string) => HalveRequest; signal: AbortSignal | undefined },
): Promise<HalveRequest | undefined> {
  const silence = new AbortController();
  const onSilence = () => silence.abort(new Error('the server has fallen silent'));
  let timer = setTimeout(onSilence, SILENT_MS);
  let last: HalveRequest | undefined;
  try {
    const response = await call(path, {
      headers: { accept: 'text/event-stream' },
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    });
    const told: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (event) => told.push(event) });
    const decoder = new TextDecoder();
    for await (const chunk of broken(response.body ?? [], signal)) {
      clearTimeout(timer);
      timer = setTimeout(onSilence, SILENT_MS);
      parser.feed(decoder.decode(chunk, { stream: true }));
      for (const { event, data } of told.splice(0)) {
        last = tell(data);
        if (event === 'done') return last;
      }
    }
    return last;
  } finally {
    clearTimeout(timer);
    // Ends the connection, when it was left before its end.
    silence.abort();
  }
}

/** The same chunks; a connection that breaks is a HalveError, what the reader itself throws is not. */
async function* broken(
  body: AsyncIterable<Uint8Array> | [],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(error);
  }
}
