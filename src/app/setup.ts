// What every role is opened with, and the times that a stop takes.
import type { Config } from '../config.ts';
import type { Log } from '../ports.ts';
import type { Links } from '../util/links.ts';
import type { Metrics } from '../util/telemetry/metrics.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface AppOptions {
  config: Config;
  log: Log;
  /** Only a server has HTTP; `run` has its own queue and nothing to look after. */
  role: 'server' | 'worker' | 'run';
  /** Folder of a request's images in the storage; by default the request's own. */
  imageFolder?: (requestId: string) => string;
  /** In front of object keys, for a caller that has no HTTP server; '' makes URLs relative. */
  filesUrl?: string;
}

export interface Setup extends AppOptions {
  life: Lifecycle;
  links: Links;
  metrics: Metrics;
}

/** Longest time that images in flight have at a stop; what is not done then is done by others, or after the next start. */
export const DRAIN_MS = 20_000;
/** For recording and marking what was drained, for calls under way, and for closing a database that may be away. */
export const SHUTDOWN_TIMEOUT_MS = 5_000;
