// Every setting once: its name, type, default, unit, meaning, and the commands that take it. Their options, Config and
// docs/configuration.md (`npm run docs:settings`) are made from this table, so a setting is its line here and its use.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { bytes, count, parsedBy } from './setting-types.ts';
import {
  type ApiKey,
  parseApiKeys,
  parseHostList,
  parseRedisUrl,
  parseTrustProxy,
} from './util/parse-settings.ts';
import { parseStorageUrl } from './util/storage-url.ts';

/** The commands that have settings. */
export type SettingsCommand = 'serve' | 'worker' | 'run' | 'gc' | 'doctor';
type Takers = readonly SettingsCommand[];
const SERVER: Takers = ['serve', 'doctor'];
/** HOST and PORT are part of the links that a worker writes while PUBLIC_URL is unset. */
const SERVICES: Takers = ['serve', 'worker', 'doctor'];
const UPLOADS: Takers = ['serve', 'run', 'doctor'];
const WORK: Takers = ['serve', 'worker', 'run', 'doctor'];
const DATA: Takers = ['serve', 'worker', 'gc', 'doctor'];

const RATE_WITH_KEYS = 3_000;

/** What a value may be made from while its setting is unset. */
interface Given {
  DATA_DIR: string;
  API_KEYS?: ApiKey[] | undefined;
}

export interface Setting {
  for: Takers;
  type: z.ZodType<unknown, string>;
  /** As it would be written in the environment. */
  default?: string;
  /** The value while it is unset, where that is no constant; it must be of the type. */
  unset?: (given: Given) => unknown;
  meaning: string;
}

export const SETTINGS = {
  HOST: {
    for: SERVICES,
    type: z.string().min(1),
    default: '127.0.0.1',
    meaning: 'Address to listen on. One that is not loopback needs API_KEYS.',
  },
  PORT: {
    for: SERVICES,
    type: count(0).max(65535),
    default: '8000',
    meaning: 'TCP port to listen on; 0 takes a free one.',
  },
  METRICS_PORT: {
    for: ['worker', 'doctor'],
    type: count(0).max(65535),
    meaning:
      'TCP port on which `halve worker` serves /metrics and /healthz, at HOST; 0 takes a free one. A server has both at PORT. Unset: none.',
  },
  PUBLIC_URL: {
    for: SERVICES,
    type: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
    meaning:
      'Address that users reach the server at; stands in front of every link. Unset: http://HOST:PORT.',
  },
  DATA_DIR: {
    for: DATA,
    type: z
      .string()
      .min(1)
      .transform((path) => resolve(path)),
    default: './data',
    meaning: 'Folder of the SQLite database and of disk storage.',
  },
  DATABASE_URL: {
    for: DATA,
    type: z
      .string()
      .regex(
        /^(sqlite:.|postgres(ql)?:\/\/.)/,
        'must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE',
      ),
    unset: ({ DATA_DIR }) => `sqlite:${DATA_DIR}/halve.sqlite`,
    meaning:
      'Database, `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`, with `?max=N` for its connections (10). Unset: halve.sqlite in DATA_DIR.',
  },
  REDIS_URL: {
    for: SERVICES,
    type: parsedBy(parseRedisUrl),
    meaning:
      'Redis for a fleet, `redis://HOST:PORT/DB`, with `?prefix=NAME` where several installations share it; needs a PostgreSQL DATABASE_URL and a WEBHOOK_SECRET. Unset: the queue is in the process.',
  },
  STORAGE_URL: {
    for: DATA,
    type: parsedBy((text) => {
      parseStorageUrl(text);
      return text;
    }),
    unset: ({ DATA_DIR }) => `file:${DATA_DIR}/files`,
    meaning:
      'Where results are stored: `file:DIR`, `s3://bucket/prefix?…`, `gs://bucket/prefix?…` or `cloudinary://key:secret@cloud/folder`; see storage.md. Unset: files/ in DATA_DIR.',
  },
  FIRESTORE: {
    for: SERVICES,
    type: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{4,28}[a-z0-9](\/(\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9]))?$/,
        'must be project or project/database',
      ),
    meaning:
      'Firestore database that ended images are also written to, `project` or `project/database`; see storage.md. Unset: none.',
  },
  WORKERS: {
    for: WORK,
    type: count(0),
    unset: () => availableParallelism(),
    meaning: 'Image processes; 0 serves only. Unset: one per core.',
  },
  API_KEYS: {
    for: SERVICES,
    type: parsedBy(parseApiKeys),
    meaning:
      'Keys that callers must send as a bearer token, `name:secret,…`; each sees its own requests only. Unset: open.',
  },
  WEBHOOK_SECRET: {
    for: SERVICES,
    type: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64'),
    meaning: 'Signs webhooks (Standard Webhooks). Unset: a secret is made once and kept in DATA_DIR.',
  },
  ALLOW_PRIVATE_NETWORKS: {
    for: WORK,
    type: z.enum(['auto', 'true', 'false']),
    default: 'auto',
    meaning:
      'Whether image and webhook URLs may lead to private and loopback addresses; `auto`: only while HOST is loopback, PUBLIC_URL is unset or loopback too, and there is no REDIS_URL.',
  },
  ALLOWED_HOSTS: {
    for: WORK,
    type: parsedBy(parseHostList),
    default: '',
    meaning: 'Hosts, host:port or CIDRs, comma-separated, that may be connected to although private.',
  },
  TRUST_PROXY: {
    for: SERVER,
    type: parsedBy(parseTrustProxy),
    meaning:
      'Proxies in front whose X-Forwarded-For is believed, so that callers are told apart by their own addresses: their addresses and CIDRs, comma-separated, or how many there are, where nobody reaches the server past them. Unset: none.',
  },
  RATE_LIMIT_PER_MINUTE: {
    for: SERVER,
    type: count(0),
    unset: ({ API_KEYS }) => (API_KEYS ? RATE_WITH_KEYS : 0),
    meaning:
      'Calls of one key in a minute, without keys of one address, over all servers that share REDIS_URL; so many wrong keys may come from one address too. 0: any number. Unset: 3000 with API_KEYS, else any number.',
  },
  MAX_UPLOADS_AT_ONCE: {
    for: SERVER,
    type: count(1),
    default: '128',
    meaning:
      'Uploads and validations at once of one key, without keys of one address, to one server; it takes four times as many from all together.',
  },
  MAX_EVENT_STREAMS: {
    for: SERVER,
    type: count(1),
    default: '500',
    meaning: 'Event streams open at once, counted like MAX_UPLOADS_AT_ONCE.',
  },
  UPLOAD_TIMEOUT_MS: {
    for: SERVER,
    type: count(1),
    default: '3600000',
    meaning: 'Milliseconds one upload may take to arrive.',
  },
  UPLOAD_STALL_MS: {
    for: SERVER,
    type: count(100),
    default: '60000',
    meaning:
      'Milliseconds in which something of a request must arrive, or of an answer be read, before the connection is ended; also the longest time for headers.',
  },
  MAX_UPLOAD_BYTES: { for: UPLOADS, type: bytes, default: '1GB', meaning: 'Bytes of one uploaded CSV.' },
  MAX_ROWS: { for: UPLOADS, type: count(1), default: '5000000', meaning: 'Data rows of one CSV.' },
  MAX_IMAGE_BYTES: {
    for: WORK,
    type: bytes,
    default: '32MB',
    meaning: 'Bytes of one downloaded image, after content decoding.',
  },
  MAX_IMAGE_PIXELS: {
    for: WORK,
    type: count(1),
    default: '50000000',
    meaning: 'Pixels of one image over all its frames; AVIF may have half of it.',
  },
  FETCH_CONCURRENCY: {
    for: WORK,
    type: count(1),
    default: '16',
    meaning: 'Images in flight per image process; times MAX_IMAGE_BYTES it bounds its memory.',
  },
  FETCH_PER_HOST: {
    for: WORK,
    type: count(1),
    default: '32',
    meaning: 'Downloads at once from one host, over all image processes.',
  },
  FETCH_TIMEOUT_MS: {
    for: WORK,
    type: count(1),
    default: '30000',
    meaning: 'Milliseconds one download may take in all, redirects included.',
  },
  FETCH_ATTEMPTS: {
    for: WORK,
    type: count(1),
    default: '4',
    meaning: 'Attempts at one download before a transient failure is final.',
  },
  COMPRESS_TIMEOUT_MS: {
    for: WORK,
    type: count(1),
    default: '60000',
    meaning: 'Milliseconds one image may take to decode and encode before its process is killed.',
  },
  IMAGE_PROCESS_MEMORY: {
    for: WORK,
    type: bytes,
    default: '1GB',
    meaning: 'Bytes of data memory an image process may use before it is ended.',
  },
  RETENTION_DAYS: {
    for: SERVICES,
    type: count(0),
    default: '0',
    meaning: 'Days after which an ended request and its files are deleted; 0 keeps them.',
  },
  LOG_LEVEL: {
    for: SERVICES,
    type: z.enum(['silent', 'error', 'warn', 'info', 'debug']),
    default: 'info',
    meaning: 'Least severe level that is logged.',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
type Value<Name extends SettingName> = z.output<(typeof SETTINGS)[Name]['type']>;
type Values = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { default: string } | { unset: unknown }
    ? Value<Name>
    : Value<Name> | undefined;
};

/** The settings with everything that is derived from them filled in. */
export interface Config extends Values {
  /** ALLOW_PRIVATE_NETWORKS with `auto` decided. */
  allowPrivateNetworks: boolean;
}

/** The settings as what any setting may be, for those who go through all of them. */
export const settingsTable = () => Object.entries(SETTINGS) as [SettingName, Setting][];
