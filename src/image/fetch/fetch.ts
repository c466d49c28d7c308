// One attempt at one download: redirects, the host's slot, credentials. One request of it is hop.ts.
import type { LookupFunction } from 'node:net';
import { failure, type ImageFailure } from '../../errors.ts';
import { FORMATS } from '../../formats.ts';
import { splitCredentials } from '../../outbound/credentials.ts';
import { createGuardedAgent, type EgressPolicy } from '../../outbound/egress.ts';
import { hostKey } from '../../outbound/host-key.ts';
import { VERSION } from '../../util/version.ts';
import { Deadlines, type MinimumRate } from './deadlines.ts';
import {
  abandoned,
  type Fetched,
  type HopContext,
  type HopOutcome,
  type HopRequest,
  runHop,
  type Stale,
} from './hop.ts';
import { directDownload } from './share-links.ts';

export type { Fetched } from './hop.ts';

/**
 * Resolves when a connection to `host` (`name:port`) may be used, with the function that gives it back. Must not reject.
 * Asked once for each stretch of redirects on the same host.
 */
export type HostSlot = (host: string) => Promise<() => void>;

export interface FetcherOptions {
  policy: EgressPolicy;
  /** Milliseconds one download may take in all, redirects included, waiting for host slots not. */
  timeoutMs: number;
  /** Bytes one picture may have, unpacked. */
  maxBytes: number;
  /** For downloads that come with none of their own. */
  hostSlot?: HostSlot;
  /** Slower than this over a whole window is a timeout. */
  minimumRate?: MinimumRate;
  /** Milliseconds for DNS, TCP and TLS of one connection. */
  connectTimeoutMs?: number;
  /** For tests. */
  lookup?: LookupFunction;
  ca?: string;
}

export interface Fetcher {
  /** Downloads the picture. Failures are values; it never rejects. */
  fetchImage(url: string, signal?: AbortSignal, hostSlot?: HostSlot): Promise<Fetched | ImageFailure>;
  /** Starts nothing new, and resolves when the running downloads have ended. */
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const MINIMUM_RATE: MinimumRate = { bytesPerSecond: 1_000, windowMs: 10_000 };
const CONNECT_TIMEOUT_MS = 10_000;

// `identity`: pictures are packed already. Formats that are not read are not asked for, so that a server that chooses by
// Accept does not choose them.
const HEADERS = [
  'user-agent',
  `halve/${VERSION}`,
  'accept',
  [...Object.values(FORMATS).map(({ contentType }) => contentType), 'image/*;q=0.8', '*/*;q=0.5'].join(),
  'accept-encoding',
  'identity',
];

/** Opens a fetcher with connections of its own. It keeps no cookies and follows nothing but redirects. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { policy, timeoutMs, maxBytes, minimumRate: rate = MINIMUM_RATE } = options;
  const agent = createGuardedAgent(policy, {
    connectTimeoutMs: Math.min(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, timeoutMs),
    ...(options.lookup ? { lookup: options.lookup } : {}),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  const tickMs = Math.min(Math.max(Math.min(timeoutMs, rate.windowMs) / 20, 10), 250);
  const context: HopContext = {
    agent,
    deadlines: new Deadlines(rate, tickMs),
    maxBytes,
    timeoutMs,
    rate,
  };

  let closing: Promise<void> | undefined;
  return {
    fetchImage: (url, signal, hostSlot = options.hostSlot) => fetchImage(context, url, { signal, hostSlot }),
    close() {
      closing ??= agent.close();
      return closing;
    },
  };
}

/** Once more when the server closed an idle connection just as it was used again; its own time goes on. */
async function runHopTwiceIfStale(
  context: HopContext,
  request: HopRequest,
): Promise<Exclude<HopOutcome, Stale>> {
  const started = performance.now();
  let outcome = await runHop(context, request);
  if (outcome.status !== 'stale') return outcome;
  if (request.signal?.aborted) return abandoned();
  outcome = await runHop(context, {
    ...request,
    budgetMs: request.budgetMs - (performance.now() - started),
  });
  return outcome.status === 'stale' ? failure('connect_failed', CLOSED, { transient: true }) : outcome;
}

async function fetchImage(
  context: HopContext,
  url: string,
  { signal, hostSlot }: { signal: AbortSignal | undefined; hostSlot: HostSlot | undefined },
): Promise<Fetched | ImageFailure> {
  const written = parseHttpUrl(url);
  if (!written) return failure('invalid_url', 'this is no http or https URL');
  let { url: target, authorization } = splitCredentials(directDownload(written));
  let budgetMs = context.timeoutMs;
  let slot = null as { host: string; release: () => void } | null;
  let http_status: number | null = null;
  try {
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const host = hostKey(target);
      if (hostSlot && slot?.host !== host) {
        slot?.release();
        slot = null;
        const release = await unlessAborted(hostSlot(host), signal);
        if (release) slot = { host, release };
      }
      if (signal?.aborted) return abandoned();
      const started = performance.now();
      const outcome = await runHopTwiceIfStale(context, {
        url: target,
        headers: authorization ? [...HEADERS, 'authorization', authorization] : HEADERS,
        // Where a redirect leads was not written by the user, and may be a name inside somebody's network.
        host: redirects === 0 ? target.hostname : 'the host that the server redirected to',
        budgetMs,
        signal,
      });
      if (outcome.status !== 'redirect') return outcome;
      budgetMs -= performance.now() - started;
      const next = parseHttpUrl(outcome.location, target);
      http_status = outcome.http_status;
      if (!next)
        return failure('invalid_url', 'the server redirected to what is no http or https URL', {
          http_status,
        });
      // Credentials were given for the first origin. Once it is left they are not sent again, not even on the way back.
      if (next.origin !== target.origin) authorization = null;
      target = next;
    }
    return failure('too_many_redirects', `the server redirected more than ${MAX_REDIRECTS} times`, {
      http_status,
    });
  } finally {
    slot?.release();
  }
}

const CLOSED = 'the server closed the connection without an answer';

function parseHttpUrl(text: string, base?: URL): URL | null {
  // Header bytes arrive as latin1; a Location beyond ASCII is written in UTF-8, as browsers read it.
  const readable = base ? Buffer.from(text, 'latin1').toString('utf8') : text;
  if (!URL.canParse(readable, base?.href)) return null;
  const url = new URL(readable, base?.href);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/** What the slot resolves with, or null once aborted; a slot that comes after that is given straight back. */
function unlessAborted(
  slot: Promise<() => void>,
  signal: AbortSignal | undefined,
): Promise<(() => void) | null> {
  if (!signal) return slot;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      resolve(null);
      void slot.then((release) => release());
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    slot.then((release) => {
      if (signal.aborted) return;
      signal.removeEventListener('abort', onAbort);
      resolve(release);
    }, reject);
  });
}
