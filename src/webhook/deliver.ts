// Owns one attempt at a delivery over the network, and when the next one is. What is stored of it is the caller's.
// Protocol: Standard Webhooks 1.0.0, "Operational considerations".
import { type Dispatcher, request } from 'undici';
import { splitCredentials } from '../outbound/credentials.ts';
import { type FaultKind, networkFault } from '../outbound/network-fault.ts';
import { retryAfterMs } from '../outbound/retry-after.ts';
import { VERSION } from '../util/version.ts';
import { signedHeaders } from './sign.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits after the first, second, … failed attempt, in milliseconds. After the last there is no other attempt. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** A receiver may ask for a longer wait than the schedule's, up to this. */
const MAX_RETRY_AFTER_MS = 24 * HOUR;
/** Waits are spread by this share either way, so that receivers who came back are not all called in one instant. */
const JITTER = 0.1;
/** Bytes of a response that are read to keep its connection usable; a longer one costs the connection. */
const DRAIN_LIMIT = 64 * 1024;
const EXCERPT_BYTES = 512;

/** What no other attempt will mend. */
const REFUSED = new Set<FaultKind>(['blocked', 'invalid_url']);
/** For the delivery log. */
const WORDS: Record<FaultKind, string> = {
  blocked: 'the webhook URL leads to an address that must not be connected to',
  invalid_url: 'the webhook URL cannot be requested',
  name_unknown: 'the host name was not found',
  lookup_failed: 'the host name could not be looked up',
  refused: 'the connection was refused',
  unreachable: 'the host cannot be reached',
  timeout: 'the connection timed out',
  reset: 'the connection was reset',
  closed: 'the connection was closed before an answer',
  not_http: 'the answer was not HTTP',
  tls: 'no TLS connection came about',
  certificate_expired: 'the certificate has expired',
  certificate_self_signed: 'the certificate is self-signed',
  certificate_other_host: 'the certificate is for another host',
  certificate_untrusted: 'the certificate cannot be trusted',
  unknown: 'the delivery failed',
};

/**
 * Milliseconds to wait before the next attempt; null when the schedule is used up.
 * `attempt` counts the attempts made so far, 1 after the first. `random` gives [0, 1).
 * Never earlier than the receiver's Retry-After, which is taken as at most 24 h.
 */
export function nextAttemptInMs(failed: {
  attempt: number;
  retryAfterMs: number | null;
  random: () => number;
}): number | null {
  const { attempt, retryAfterMs, random } = failed;
  const delay = RETRY_DELAYS_MS[attempt - 1];
  if (delay === undefined) return null;
  const scheduled = delay * (1 - JITTER + 2 * JITTER * random());
  const asked = Math.min((retryAfterMs ?? 0) * (1 + JITTER * random()), MAX_RETRY_AFTER_MS);
  return Math.round(Math.max(scheduled, asked));
}

/**
 * - `delivered`: a 2xx.
 * - `retry`: anything that may pass: another status (a redirect too, it is never followed), the network, the time limit.
 * - `gone`: a 410, the receiver wants no more. Stop.
 * - `refused`: not sent, since the URL is none or leads to an address that must not be connected to. Stop.
 */
export type SendOutcome = 'delivered' | 'retry' | 'gone' | 'refused';

export interface SendResult {
  outcome: SendOutcome;
  /** Null when there was no answer. */
  http_status: number | null;
  /** Why it was not delivered, in words for the delivery log; names no address. */
  error: string | null;
  /** The receiver's Retry-After, in milliseconds from `now`; null when it named none. */
  retry_after_ms: number | null;
  duration_ms: number;
  /** The response's first 512 bytes as text; null when there was no answer. Written by the receiver: not to be trusted. */
  response_excerpt: string | null;
}

export interface SendInput {
  /** Must refuse private addresses with an error named BlockedAddressError; connections are its. */
  dispatcher: Dispatcher;
  url: string;
  /** The delivery's id, the same over all attempts. */
  id: string;
  body: string;
  secret: string;
  /** Milliseconds since the epoch; its second is signed. */
  now: number;
  /** Milliseconds for connection, headers and body together. */
  timeoutMs?: number;
}

/**
 * Makes one attempt. Resolves whatever the network or the receiver does. The status alone decides: a response body that
 * is endless, slow or cut off changes nothing, it is read for the log and given up at 64 KiB or the time limit.
 * @throws Error when `secret` is not `whsec_` and base64.
 */
export async function sendWebhook(input: SendInput): Promise<SendResult> {
  const { dispatcher, id, body, secret, now, timeoutMs = 15 * SECOND } = input;
  const signature = signedHeaders({ id, timestampSeconds: Math.floor(now / 1000), body, secret });
  const started = performance.now();
  const result: Omit<SendResult, 'duration_ms'> = {
    outcome: 'retry',
    http_status: null,
    error: null,
    retry_after_ms: null,
    response_excerpt: null,
  };
  const written = parseHttpUrl(input.url);
  if (!written) {
    return { ...result, outcome: 'refused', error: 'the webhook URL is no http(s) URL', duration_ms: 0 };
  }
  const { url, authorization } = splitCredentials(written);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    const answer = request(url, {
      dispatcher,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': `halve/${VERSION}`,
        ...(authorization && { authorization }),
        ...signature,
      },
      body,
      signal: deadline.signal,
      // The one time limit is the deadline; undici's own would cut a longer one short.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // undici heeds the signal only once it is connected, and then sends nothing; the wait ends here.
    const response = await Promise.race([answer, rejectedOn(deadline.signal)]);
    result.http_status = response.statusCode;
    result.outcome = outcomeOf(response.statusCode);
    result.error = result.outcome === 'delivered' ? null : `the receiver answered ${response.statusCode}`;
    result.retry_after_ms = retryAfterMs(response.headers['retry-after'], {
      now,
      longestMs: MAX_RETRY_AFTER_MS,
    });
    result.response_excerpt = await excerpt(response.body);
  } catch (error) {
    const { kind, label } = networkFault(error);
    if (REFUSED.has(kind)) result.outcome = 'refused';
    if (kind === 'blocked') result.error = WORDS[kind];
    else if (deadline.signal.aborted) result.error = `no answer within ${timeoutMs} ms`;
    else result.error = `${WORDS[kind]} (${label})`;
  } finally {
    clearTimeout(timer);
  }
  return { ...result, duration_ms: Math.round(performance.now() - started) };
}

function rejectedOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function outcomeOf(status: number): SendOutcome {
  if (status >= 200 && status < 300) return 'delivered';
  return status === 410 ? 'gone' : 'retry';
}

function parseHttpUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : null;
}

/** The start of the response; leaving the loop destroys the rest with its connection. Never rejects. */
async function excerpt(stream: AsyncIterable<Buffer>): Promise<string> {
  let start = Buffer.alloc(0);
  let read = 0;
  try {
    for await (const chunk of stream) {
      if (start.length < EXCERPT_BYTES) {
        start = Buffer.concat([start, chunk.subarray(0, EXCERPT_BYTES - start.length)]);
      }
      read += chunk.length;
      if (read > DRAIN_LIMIT) break;
    }
  } catch {
    // Cut off or out of time: what has come is enough for a log.
  }
  return new TextDecoder().decode(start);
}
