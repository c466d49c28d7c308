// What the routes are given: the server they are added to, and the parts of the program they talk to.
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyPluginCallback,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Redis } from 'ioredis';
import type { Intake } from '../intake/submit.ts';
import type { Log, Storage } from '../ports.ts';
import type { Records } from '../records/open-records.ts';
import type { Forget } from '../retention/forget.ts';
import type { Links } from '../util/links.ts';
import type { ApiKey } from '../util/parse-settings.ts';
import type { Metrics } from '../util/telemetry/metrics.ts';
import type { Previews } from '../work/previews.ts';

/** How much one caller, and all together, may ask for. */
export interface Limits {
  /** 0: any number. */
  ratePerMinute: number;
  uploadsAtOnce: number;
  eventStreams: number;
  uploadTimeoutMs: number;
  /** Longest silence of whoever sends or reads (ms). */
  stallMs: number;
  /** How many proxies are in front, or their addresses and CIDRs. */
  trustProxy: number | string[];
  /** Where the servers of a fleet count together; closed with the server. */
  redis: { connection: Redis; prefix: string } | null;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface HttpContext {
  records: Records;
  storage: Storage;
  intake: Intake;
  previews: Previews;
  forget: Forget['forget'];
  /** Stops the images of a request that are in flight. */
  abandon(requestId: string): void;
  /** Some work may have become due. */
  wake(): void;
  /** Rejects, saying which part, when the program cannot take work. */
  checkReady(): Promise<void>;
  links: Links;
  metrics: Metrics;
  log: Log;
  /** Empty: everybody may call. */
  apiKeys: ApiKey[];
  webhookSecret: string;
  maxUploadBytes: number;
  /** The board over the queues of a fleet, null without one; it checks nobody. */
  queueBoard: FastifyPluginCallback | null;
  limits: Limits;
  /** The folder of the built page. */
  pageFolder: string;
}
