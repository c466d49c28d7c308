// Every setting once: its name, type, default, unit and meaning. The command line's options and docs/configuration.md
// are made from this table; bad values are reported all together.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { messageOf } from './errors.ts';
import { isLoopbackHost, isLoopbackUrl } from './util/loopback.ts';
import { parseApiKeys, parseHostList, parseRedisUrl, parseTrustProxy } from './util/parse-settings.ts';
import { parseStorageUrl } from './util/storage-url.ts';

const count = (min: number) => z.coerce.number<string>().int().min(min);
/** A syntax of its own: what `parse` throws becomes the problem's text. */
const parsedBy = <T>(parse: (text: string) => T) =>
  z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.issues.push({ code: 'custom', message: messageOf(error), input: text });
      return z.NEVER;
    }
  });
const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?\s*([kmg]i?b?|b)?$/i, 'must be a number of bytes, or such as 20MB')
  .transform((text) => {
    const unit = text
      .replace(/[\d.\s]/g, '')
      .toLowerCase()
      .charAt(0);
    const factor = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit] ?? 1;
    return Math.round(Number.parseFloat(text) * factor);
  });

interface Setting {
  type: z.ZodType<unknown, string>;
  /** As it would be written in the environment; undefined when unset means something of its own. */
  default?: string;
  meaning: string;
}

export const SETTINGS = {
  HOST: {
    type: z.string().min(1),
    default: '127.0.0.1',
    meaning: 'Address to listen on. One that is not loopback needs API_KEYS.',
  },
  PORT: { type: count(0).max(65535), default: '8000', meaning: 'TCP port to listen on; 0 takes a free one.' },
  METRICS_PORT: {
    type: count(0).max(65535),
    meaning:
      'TCP port on which `halve worker` serves /metrics and /healthz, at HOST; 0 takes a free one. A server has both at PORT. Unset: none.',
  },
  PUBLIC_URL: {
    type: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
    meaning:
      'Address that users reach the server at; stands in front of every link. Unset: http://HOST:PORT.',
  },
  DATA_DIR: {
    type: z.string().min(1),
    default: './data',
    meaning: 'Folder of the SQLite database and of disk storage.',
  },
  DATABASE_URL: {
    type: z
      .string()
      .regex(
        /^(sqlite:.|postgres(ql)?:\/\/.)/,
        'must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE',
      ),
    meaning:
      'Database, `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`, with `?max=N` for its connections (10). Unset: halve.sqlite in DATA_DIR.',
  },
  REDIS_URL: {
    type: parsedBy(parseRedisUrl),
    meaning:
      'Redis for a fleet, `redis://HOST:PORT/DB`, with `?prefix=NAME` where several installations share it; needs a PostgreSQL DATABASE_URL and a WEBHOOK_SECRET. Unset: the queue is in the process.',
  },
  STORAGE_URL: {
    type: parsedBy((text) => {
      parseStorageUrl(text);
      return text;
    }),
    meaning:
      'Where results are stored: `file:DIR`, `s3://bucket/prefix?…`, `gs://bucket/prefix?…` or `cloudinary://key:secret@cloud/folder`; see storage.md. Unset: files/ in DATA_DIR.',
  },
  FIRESTORE: {
    type: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{4,28}[a-z0-9](\/(\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9]))?$/,
        'must be project or project/database',
      ),
    meaning:
      'Firestore database that ended images are also written to, `project` or `project/database`; see storage.md. Unset: none.',
  },
  WORKERS: { type: count(0), meaning: 'Image processes; 0 serves only. Unset: one per core.' },
  API_KEYS: {
    type: parsedBy(parseApiKeys),
    meaning:
      'Keys that callers must send as a bearer token, `name:secret,…`; each sees its own requests only. Unset: open.',
  },
  WEBHOOK_SECRET: {
    type: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64'),
    meaning: 'Signs webhooks (Standard Webhooks). Unset: a secret is made once and kept in DATA_DIR.',
  },
  ALLOW_PRIVATE_NETWORKS: {
    type: z.enum(['auto', 'true', 'false']),
    default: 'auto',
    meaning:
      'Whether image and webhook URLs may lead to private and loopback addresses; `auto`: only while HOST is loopback, PUBLIC_URL is unset or loopback too, and there is no REDIS_URL.',
  },
  ALLOWED_HOSTS: {
    type: parsedBy(parseHostList),
    default: '',
    meaning: 'Hosts, host:port or CIDRs, comma-separated, that may be connected to although private.',
  },
  TRUST_PROXY: {
    type: parsedBy(parseTrustProxy),
    meaning:
      'Proxies in front whose X-Forwarded-For is believed, so that callers are told apart by their own addresses: their addresses and CIDRs, comma-separated, or how many there are, where nobody reaches the server past them. Unset: none.',
  },
  RATE_LIMIT_PER_MINUTE: {
    type: count(0),
    meaning:
      'Calls of one key in a minute, without keys of one address, over all servers that share REDIS_URL; so many wrong keys may come from one address too. 0: any number. Unset: 3000 with API_KEYS, else any number.',
  },
  MAX_UPLOADS_AT_ONCE: {
    type: count(1),
    default: '128',
    meaning:
      'Uploads and validations at once of one key, without keys of one address, to one server; it takes four times as many from all together.',
  },
  MAX_EVENT_STREAMS: {
    type: count(1),
    default: '500',
    meaning: 'Event streams open at once, counted like MAX_UPLOADS_AT_ONCE.',
  },
  UPLOAD_TIMEOUT_MS: {
    type: count(1),
    default: '3600000',
    meaning: 'Milliseconds one upload may take to arrive.',
  },
  UPLOAD_STALL_MS: {
    type: count(100),
    default: '60000',
    meaning:
      'Milliseconds in which something of a request must arrive, or of an answer be read, before the connection is ended; also the longest time for headers.',
  },
  MAX_UPLOAD_BYTES: { type: bytes, default: '1GB', meaning: 'Bytes of one uploaded CSV.' },
  MAX_ROWS: { type: count(1), default: '5000000', meaning: 'Data rows of one CSV.' },
  MAX_IMAGE_BYTES: {
    type: bytes,
    default: '32MB',
    meaning: 'Bytes of one downloaded image, after content decoding.',
  },
  MAX_IMAGE_PIXELS: {
    type: count(1),
    default: '50000000',
    meaning: 'Pixels of one image over all its frames; AVIF may have half of it.',
  },
  FETCH_CONCURRENCY: {
    type: count(1),
    default: '16',
    meaning: 'Images in flight per image process; times MAX_IMAGE_BYTES it bounds its memory.',
  },
  FETCH_PER_HOST: {
    type: count(1),
    default: '32',
    meaning: 'Downloads at once from one host, over all image processes.',
  },
  FETCH_TIMEOUT_MS: {
    type: count(1),
    default: '30000',
    meaning: 'Milliseconds one download may take in all, redirects included.',
  },
  FETCH_ATTEMPTS: {
    type: count(1),
    default: '4',
    meaning: 'Attempts at one download before a transient failure is final.',
  },
  COMPRESS_TIMEOUT_MS: {
    type: count(1),
    default: '60000',
    meaning: 'Milliseconds one image may take to decode and encode before its process is killed.',
  },
  IMAGE_PROCESS_MEMORY: {
    type: bytes,
    default: '1GB',
    meaning: 'Bytes of data memory an image process may use before it is ended.',
  },
  RETENTION_DAYS: {
    type: count(0),
    default: '0',
    meaning: 'Days after which an ended request and its files are deleted; 0 keeps them.',
  },
  LOG_LEVEL: {
    type: z.enum(['silent', 'error', 'warn', 'info', 'debug']),
    default: 'info',
    meaning: 'Least severe level that is logged.',
  },
} as const satisfies Record<string, Setting>;

const RATE_WITH_KEYS = 3_000;

export type SettingName = keyof typeof SETTINGS;
type Value<Name extends SettingName> = z.output<(typeof SETTINGS)[Name]['type']>;
type Values = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { default: string }
    ? Value<Name>
    : Value<Name> | undefined;
};

/** The settings with everything that is derived from them filled in. */
export interface Config
  extends Omit<Values, 'WORKERS' | 'RATE_LIMIT_PER_MINUTE' | 'DATABASE_URL' | 'STORAGE_URL'> {
  DATABASE_URL: string;
  STORAGE_URL: string;
  WORKERS: number;
  /** 0: any number. */
  RATE_LIMIT_PER_MINUTE: number;
  /** ALLOW_PRIVATE_NETWORKS with `auto` decided. */
  allowPrivateNetworks: boolean;
}

/** Every bad value at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Whom the settings are for: a server listens, a worker only to show its metrics, a tool not at all. */
export type Program = 'server' | 'worker' | 'tool';

/**
 * Reads the settings. Command-line options go over the environment.
 * @throws ConfigError naming every setting that is wrong.
 */
export function loadConfig(
  environment: NodeJS.ProcessEnv,
  options: Partial<Record<string, string>> = {},
  program: Program = 'server',
): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, Setting][]) {
    const text = (options[name] ?? environment[name]) || setting.default;
    if (text === undefined) continue;
    const parsed = setting.type.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else
      problems.push(
        `${name}=${name.match(/KEY|SECRET|_URL/) ? '…' : text}: ${parsed.error.issues[0]?.message}`,
      );
  }
  const given = values as unknown as Values;
  const listens = program === 'server' || (program === 'worker' && given.METRICS_PORT !== undefined);
  if (problems.length === 0 && listens && !isLoopbackHost(given.HOST) && !given.API_KEYS) {
    problems.push(
      `HOST=${given.HOST}: is open to other machines, so API_KEYS must be set (API_KEYS=name:secret)`,
    );
  }
  if (problems.length === 0 && given.REDIS_URL) problems.push(...fleetProblems(given));
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  const dataDir = resolve(given.DATA_DIR);
  return {
    ...given,
    DATA_DIR: dataDir,
    DATABASE_URL: given.DATABASE_URL ?? `sqlite:${dataDir}/halve.sqlite`,
    STORAGE_URL: given.STORAGE_URL ?? `file:${dataDir}/files`,
    WORKERS: given.WORKERS ?? availableParallelism(),
    RATE_LIMIT_PER_MINUTE: given.RATE_LIMIT_PER_MINUTE ?? (given.API_KEYS ? RATE_WITH_KEYS : 0),
    allowPrivateNetworks:
      given.ALLOW_PRIVATE_NETWORKS === 'auto'
        ? // Under a public name there is a proxy in front, and a worker cannot know who may upload to the servers.
          isLoopbackHost(given.HOST) &&
          (given.PUBLIC_URL === undefined || isLoopbackUrl(given.PUBLIC_URL)) &&
          !given.REDIS_URL
        : given.ALLOW_PRIVATE_NETWORKS === 'true',
  };
}

/** What many processes must share, or they would contradict each other. */
function fleetProblems({ DATABASE_URL, WEBHOOK_SECRET }: Values): string[] {
  return [
    ...(DATABASE_URL && !DATABASE_URL.startsWith('sqlite:')
      ? []
      : [
          'REDIS_URL=…: is for many processes, so they must share the database: DATABASE_URL=postgres://… must be set',
        ]),
    ...(WEBHOOK_SECRET
      ? []
      : [
          'REDIS_URL=…: is for many processes, so they must sign with the same secret: WEBHOOK_SECRET=whsec_… must be set (whsec_ and the output of `openssl rand -base64 32`)',
        ]),
  ];
}
