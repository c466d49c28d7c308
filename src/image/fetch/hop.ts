// One request to one host and its answer: the callbacks of undici, turned into one value.
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Agent, Dispatcher } from 'undici';
import { failure, type ImageFailure } from '../../errors.ts';
import { type Body, openBody } from './body.ts';
import type { Deadlines, MinimumRate, Timed } from './deadlines.ts';
import { failureOfError, failureOfStatus } from './errors.ts';

export interface Fetched {
  status: 'fetched';
  /** The bytes of the picture, unpacked. Nothing has looked at them. */
  data: Buffer;
  http_status: number;
}

/** The server answered with another place to look; `location` as it was sent. */
interface Redirect {
  status: 'redirect';
  location: string;
  http_status: number;
}

/** The server closed an idle connection in the moment it was used again: nothing was answered, so asking again is safe. */
export interface Stale {
  status: 'stale';
}

export type HopOutcome = Fetched | Redirect | Stale | ImageFailure;

export interface HopContext {
  agent: Agent;
  deadlines: Deadlines;
  maxBytes: number;
  /** For the messages: the whole time of a download, and the rule against drips. */
  timeoutMs: number;
  rate: MinimumRate;
}

export interface HopRequest {
  url: URL;
  /** Names and values in turn. */
  headers: string[];
  /** Milliseconds that are left for this download. */
  budgetMs: number;
  /** How messages call the other side. */
  host: string;
  signal: AbortSignal | undefined;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
// The body of an answer we do not want is read, so that its connection can be used again, but only this far and this long.
const DRAIN_BYTES = 64 * 1024;
const DRAIN_MS = 1_000;
const ABORTED = new Error('the download was given up');

// undici does not tell a handler which connection it runs on; this channel of its does, in the same turn as onRequestStart
// and right after it. Without it (another undici) nothing would be taken for stale, and giving up would cost a connection.
let starting: Hop | null = null;
const usedSockets = new WeakSet<Socket>();
subscribe('undici:client:sendHeaders', (message) => {
  starting?.onSocket((message as { socket: Socket }).socket);
  starting = null;
});

/** Sends the request. Resolves when its answer has ended or was given up; never rejects. */
export function runHop(context: HopContext, request: HopRequest): Promise<HopOutcome> {
  return new Promise((resolve) => {
    const hop = new Hop(context, request, resolve);
    const { url, headers } = request;
    context.agent.dispatch(
      // 0: the clock is ours (deadlines.ts), for all downloads at once.
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      hop,
    );
  });
}

/**
 * undici's own low-level interface, which tells when the first byte of an answer came and ends at once when told to.
 * (Its CPU is that of `request`: 0.15-0.3 ms for 150 kB.)
 * Life: waiting -> body, or draining with the verdict already known -> settled. Callbacks after that do nothing.
 */
class Hop implements Dispatcher.DispatchHandler, Timed {
  deadline: number;
  received: number | null = null;
  readonly #context: HopContext;
  readonly #request: HopRequest;
  readonly #resolve: (outcome: HopOutcome) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #socket: Socket | null = null;
  #settled = false;
  #ended = false;
  #answered = false;
  #reused = false;
  #httpStatus: number | null = null;
  #body: Body | null = null;
  #verdict: HopOutcome | null = null;

  constructor(context: HopContext, request: HopRequest, resolve: (outcome: HopOutcome) => void) {
    this.#context = context;
    this.#request = request;
    this.#resolve = resolve;
    this.deadline = performance.now() + request.budgetMs;
    context.deadlines.add(this);
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  // ------------------------------------------------------------ from undici

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled)
      controller.abort(ABORTED); // the time was up while it connected
    else starting = this;
  }

  onSocket(socket: Socket): void {
    this.#socket = socket;
    this.#reused = usedSockets.has(socket);
    usedSockets.add(socket);
  }

  /** The first byte of an answer has come. */
  onResponseStarted(): void {
    this.#answered = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.#settled) return; // 1xx announces, the answer follows
    this.#httpStatus = status;
    const text = (name: string) => [headers[name] ?? []].flat().join(', ') || undefined;
    const length = text('content-length') === undefined ? undefined : Number(text('content-length'));
    if (status !== 200) {
      const location = text('location');
      const verdict: HopOutcome =
        REDIRECTS.has(status) && location
          ? { status: 'redirect', location, http_status: status }
          : failureOfStatus(status, headers['retry-after']);
      this.#drain(verdict, length);
      return;
    }
    const body = openBody({
      contentLength: length,
      contentEncoding: text('content-encoding'),
      maxBytes: this.#context.maxBytes,
      controller,
      done: (outcome) => this.#onBody(outcome),
    });
    this.received = 0;
    if ('status' in body) this.#settle(body);
    else this.#body = body;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.received = (this.received ?? 0) + chunk.length;
    if (!this.#verdict) this.#body?.write(chunk);
    else if (this.received > DRAIN_BYTES) this.#settle(this.#verdict);
  }

  onResponseEnd(): void {
    this.#ended = true;
    if (this.#verdict) this.#settle(this.#verdict);
    else this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#ended = true;
    const outcome = failureOfError(error, this.#request.host);
    const isStale = this.#reused && !this.#answered && outcome.code === 'connect_failed';
    this.#settle(this.#verdict ?? (isStale ? { status: 'stale' } : outcome));
  }

  // ------------------------------------------------------------ from the clock, the caller and the body

  expire(rule: 'total' | 'rate'): void {
    const { timeoutMs, rate } = this.#context;
    const message =
      rule === 'total'
        ? `the server took longer than ${timeoutMs / 1000} s`
        : `the server sent less than ${rate.bytesPerSecond} bytes a second for ${rate.windowMs / 1000} s`;
    this.#settle(this.#verdict ?? failure('timeout', message, { transient: true }));
  }

  readonly #onAbort = () => this.#settle(abandoned());

  #onBody(outcome: Buffer | ImageFailure): void {
    if (!Buffer.isBuffer(outcome)) this.#settle(outcome);
    else if (outcome.length === 0) this.#settle(failure('empty_body', 'the server sent no bytes'));
    else this.#settle({ status: 'fetched', data: outcome, http_status: this.#httpStatus! });
  }

  #drain(verdict: HopOutcome, length: number | undefined): void {
    this.#verdict = verdict;
    if (length !== undefined && length > DRAIN_BYTES) this.#settle(verdict);
    this.deadline = Math.min(this.deadline, performance.now() + DRAIN_MS);
  }

  /** Ends the connection. undici's own abort leaves the request in its queue and opens another connection for it in vain. */
  #giveUp(): void {
    if (this.#socket) this.#socket.destroy(ABORTED);
    else this.#controller?.abort(ABORTED);
  }

  #settle(outcome: HopOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#context.deadlines.remove(this);
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#body?.destroy();
    this.#body = null;
    if (!this.#ended) this.#giveUp();
    const told = outcome.status === 'failed' ? { ...outcome, http_status: this.#httpStatus } : outcome;
    // undici has a connection ready again one turn after its answer has ended. Who asks the same host sooner would open
    // another one, beyond the host's slots.
    if (this.#ended) queueMicrotask(() => setImmediate(this.#resolve, told));
    else this.#resolve(told);
  }
}

/** The outcome of a download whose caller no longer wants it. */
export function abandoned(): ImageFailure {
  return failure('timeout', 'the download was given up', { transient: true });
}
