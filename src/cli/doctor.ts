// `halve doctor`: tries everything that is configured and says what works.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import sharp from 'sharp';
import type { Config } from '../config.ts';
import { explanationOf } from '../errors.ts';
import { openFirestore } from '../publish/firestore.ts';
import { DatabaseInUseError } from '../records/connection/sqlite.ts';
import { openRecords } from '../records/open-records.ts';
import { openStorage } from '../storage/open-storage.ts';
import { systemClock } from '../util/clock.ts';
import { silentLog } from '../util/log.ts';
import { isLoopbackHost } from '../util/loopback.ts';
import { maskUrl, redact } from '../util/redact.ts';
import { VERSION } from '../util/version.ts';
import { withTimeout } from '../util/with-timeout.ts';
import { addSettings, settingsOf } from './settings.ts';

const CONNECT_MS = 5_000;

type Check = (config: Config) => Promise<string>;

const CHECKS: Record<string, Check> = {
  settings: async (config) =>
    `HOST=${config.HOST} PORT=${config.PORT} WORKERS=${config.WORKERS} DATA_DIR=${config.DATA_DIR}`,
  access: async ({ HOST, API_KEYS }) =>
    isLoopbackHost(HOST) && !API_KEYS
      ? 'this machine only, no key needed'
      : `${API_KEYS?.length ?? 0} API keys: ${API_KEYS?.map(({ name }) => name).join(', ')}`,
  network: async ({ allowPrivateNetworks, ALLOW_PRIVATE_NETWORKS }) =>
    `private and loopback addresses are ${allowPrivateNetworks ? 'allowed' : 'refused'} (ALLOW_PRIVATE_NETWORKS=${ALLOW_PRIVATE_NETWORKS})`,
  database: async ({ DATABASE_URL }) => {
    const records = await openRecords({ url: DATABASE_URL, clock: systemClock }).catch(unlessInUse);
    if (!records) return `${maskUrl(DATABASE_URL)} is in use by a halve that runs`;
    try {
      return `${await records.version()} at ${maskUrl(DATABASE_URL)} answers, ${await records.due.countActive()} requests under way`;
    } finally {
      await records.close();
    }
  },
  redis: async ({ REDIS_URL }) => {
    if (!REDIS_URL) return 'not used: the queue is in the process';
    const { connectFailFast, readRedisFacts } = await import('../queue/redis.ts');
    const redis = connectFailFast(REDIS_URL.url, silentLog);
    try {
      await withTimeout(CONNECT_MS, new Promise((resolve) => redis.once('ready', resolve)));
      const { version, warning } = await readRedisFacts(redis);
      return `Redis ${version} at ${maskUrl(REDIS_URL.url)} answers, keys begin with ${REDIS_URL.prefix}:${warning ? `; WARNING: ${warning}` : ''}`;
    } finally {
      redis.disconnect();
    }
  },
  storage: async ({ STORAGE_URL }) => {
    const storage = await openStorage({ url: STORAGE_URL, filesUrl: () => '' });
    const key = `halve-doctor/${randomUUID()}.csv`;
    const probe = `written by halve doctor ${process.pid}`;
    await storage.put(key, Readable.from([Buffer.from(probe)]), { contentType: 'text/csv', durable: true });
    const chunks: Buffer[] = [];
    for await (const chunk of (await storage.get(key)) ?? []) chunks.push(chunk as Buffer);
    await storage.deletePrefix(key);
    if (Buffer.concat(chunks).toString() !== probe) throw new Error('what was read is not what was written');
    if (await storage.get(key)) throw new Error('what was deleted is still there');
    return `${maskUrl(STORAGE_URL)} was written, read and deleted`;
  },
  firestore: async ({ FIRESTORE }) => {
    if (!FIRESTORE) return 'not set';
    const publisher = await openFirestore(FIRESTORE);
    try {
      await publisher.check();
      return `${FIRESTORE} was written, read and deleted`;
    } finally {
      await publisher.close();
    }
  },
  images: async () => {
    const picture = { create: { width: 64, height: 64, channels: 3 as const, background: '#c84' } };
    const { size } = (await sharp(picture).jpeg().toBuffer({ resolveWithObject: true })).info;
    return `sharp ${sharp.versions.sharp} with libvips ${sharp.versions.vips} encodes (${size} bytes)`;
  },
  page: async () => {
    const page = fileURLToPath(new URL('../web/index.html', import.meta.url));
    await import('node:fs/promises').then(({ access }) => access(page));
    return 'built';
  },
};

/** A database of one process that has its process: that is as it should be. */
function unlessInUse(error: unknown): null {
  if (error instanceof DatabaseInUseError) return null;
  throw error;
}

export function doctorCommand(): Command {
  const command = new Command('doctor').description(
    'Connect to everything that is configured and say what works.',
  );
  return addSettings(command).action(async () => {
    const config = settingsOf(command);
    process.stdout.write(
      `halve ${VERSION} on Node ${process.version}, ${process.platform} ${process.arch}\n`,
    );
    let failed = 0;
    for (const [name, check] of Object.entries(CHECKS)) {
      try {
        process.stdout.write(`ok    ${name.padEnd(9)} ${await check(config)}\n`);
      } catch (error) {
        failed++;
        process.stdout.write(`FAIL  ${name.padEnd(9)} ${redact(explanationOf(error))}\n`);
      }
    }
    process.exitCode = failed === 0 ? 0 : 1;
  });
}
