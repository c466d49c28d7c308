// One HTTP call to a halve server: address, key, time limit, and every failure as a HalveError.
import type { Problem } from './types.ts';

export interface ClientOptions {
  /** Where the server is, such as `https://halve.example`; a path in front of its routes is kept. */
  url: string | URL;
  /** Needed when the server has API_KEYS. */
  apiKey?: string;
  /** Milliseconds until an answer must have begun (uploads excepted); default 60,000. */
  timeoutMs?: number;
}

/** A call that the server refused or that did not reach it. */
export class HalveError extends Error {
  override readonly name = 'HalveError';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The stable code of the problem document; `unreachable` without an answer, `http_<status>` for one of somebody else. */
  readonly code: string;
  /** For a CSV: everything that is wrong with it, by line. */
  readonly errors: NonNullable<Problem['errors']>;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    failure: {
      status: number;
      code: string;
      errors?: Problem['errors'];
      retryAfterSeconds?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: failure.cause });
    this.status = failure.status;
    this.code = failure.code;
    this.errors = failure.errors ?? [];
    this.retryAfterSeconds = failure.retryAfterSeconds;
  }
}

export interface CallInit {
  method?: 'GET' | 'POST' | 'DELETE';
  headers?: Record<string, string>;
  body?: AsyncIterable<Uint8Array>;
  signal?: AbortSignal | undefined;
}

/** Resolves to an answer with a status of success. @throws HalveError, or the reason of `signal`. */
export type Call = (path: string, init?: CallInit) => Promise<Response>;

const TIMEOUT_MS = 60_000;

export function createCall({ url, apiKey, timeoutMs = TIMEOUT_MS }: ClientOptions): Call {
  const base = new URL(url).href.replace(/\/+$/, '');
  return async (path, { method = 'GET', headers = {}, body, signal } = {}) => {
    const late = new AbortController();
    const timer = body ? undefined : setTimeout(() => late.abort(new Error('no answer in time')), timeoutMs);
    const response = await fetch(base + path, {
      method,
      headers: { ...headers, ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) },
      signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
      ...(body && { body, duplex: 'half' as const }),
    })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw unreachable(error);
      })
      .finally(() => clearTimeout(timer));
    if (!response.ok) throw await refusalOf(response);
    return response;
  };
}

export function unreachable(cause: unknown): HalveError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const why = inner instanceof Error ? inner.message : String(inner);
  return new HalveError(`The connection to the server failed: ${why}`, {
    status: 0,
    code: 'unreachable',
    cause,
  });
}

async function refusalOf(response: Response): Promise<HalveError> {
  const { status, headers } = response;
  const text = await response.text().catch(() => '');
  const problem = headers.get('content-type')?.startsWith('application/problem+json')
    ? problemIn(text)
    : undefined;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new HalveError(problem?.detail ?? `The answer was ${status}`, {
    status,
    code: problem?.code ?? `http_${status}`,
    errors: problem?.errors,
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  });
}

function problemIn(text: string): Problem | undefined {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    // Cut off on its way: the status is all there is.
    return undefined;
  }
}
