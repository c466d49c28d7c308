// `npm run bench -- --fleet`: the same catalogue through one process and through fleets of 1, 2 and 4 workers; where the
// CPU goes, PostgreSQL and Redis included.
import { availableParallelism, loadavg } from 'node:os';
import { temporaryFolder } from './cleanup.mjs';
import { table } from './figures.mjs';
import { checkOutput, makeCsv } from './flow.mjs';
import { followToEnd } from './follow.mjs';
import { listPictures, photos } from './pictures.mjs';
import { readTreeCpu } from './proc.mjs';
import { startServer, startWorker, upload } from './server.mjs';
import { fleetEnv, startPostgres, startRedis } from './services.mjs';
import { startTool } from './tool.mjs';

const WORKERS = [1, 2, 4];
const MEMORY_EVERY_MS = 200;
/** Of each image process, not counted: what its first images cost is its start's, of which a larger fleet has more. */
const WARM_UP_IMAGES = 500;

/** One process, as `npm start` runs it, with an image process a core. */
async function startEmbedded({ bin, args }) {
  const server = await startServer({ bin, args });
  return { server, processes: availableParallelism(), parts: { server: [server.pid] }, stop: server.stop };
}

/** Each worker has one image process, and a core: they take turns on those there are. */
async function startFleet({ bin, args, workers }) {
  const [postgres, redis, files] = [await startPostgres(), await startRedis(), temporaryFolder()];
  const env = fleetEnv({ postgres, redis, files: files.path });
  const server = await startServer({ bin, args: ['--workers', '0', ...args], env });
  env.PUBLIC_URL = server.url;
  const cores = availableParallelism();
  const started = [];
  for (let n = 0; n < workers; n++) {
    started.push(await startWorker({ bin, args: ['--workers', '1', ...args], env, core: n % cores }));
  }
  return {
    server,
    redis,
    processes: workers,
    parts: {
      server: [server.pid],
      workers: started.map(({ pid }) => pid),
      postgres: [postgres.pid],
      redis: [redis.pid],
    },
    async stop() {
      for (const part of [...started, server, redis, postgres, files]) await (part.stop ?? part.remove)();
    },
  };
}

const cpuOf = (pids) => pids.reduce((sum, pid) => sum + readTreeCpu(pid), 0);

async function measure({ name, start, origin, images, pictures }) {
  const load = loadavg()[0];
  const { server, redis, processes, parts, stop } = await start();
  const catalogue = (count) => makeCsv({ port: origin.hello.port, images: count, pictures });
  const warmUp = WARM_UP_IMAGES * processes;
  const first = await upload(server.url, catalogue(warmUp));
  await followToEnd({ server, id: first.request_id, images: warmUp });
  await origin.ask('reset');
  let redisBytes = 0;
  const timer = setInterval(async () => {
    redisBytes = Math.max(redisBytes, (await redis?.memory()) ?? 0);
  }, MEMORY_EVERY_MS);
  const csv = catalogue(images);
  const before = Object.entries(parts).map(([part, pids]) => [part, cpuOf(pids)]);
  const began = Date.now();
  const accepted = await upload(server.url, csv);
  const { status, answers } = await followToEnd({ server, id: accepted.request_id, images });
  const cpu = Object.fromEntries(before.map(([part, spent]) => [part, cpuOf(parts[part]) - spent]));
  clearInterval(timer);
  const { requests } = await origin.ask('report');
  await checkOutput(status.output_csv_url, csv, images);
  await stop();
  const wallS = (Date.parse(status.completed_at) - began) / 1000;
  const cpuS = Object.values(cpu).reduce((sum, spent) => sum + spent, 0);
  return {
    name,
    imagesPerS: images / wallS,
    cpuMs: (cpuS / images) * 1000,
    partMs: Object.fromEntries(Object.entries(cpu).map(([part, spent]) => [part, (spent / images) * 1000])),
    redisMb: redisBytes / 1e6,
    p95Ms: answers.p95Ms,
    requests,
    load,
  };
}

export async function runFleet({ images, folder, distinct, latency, rounds, server, report }) {
  const source = folder ?? (await photos(distinct, report));
  const pictures = listPictures(source).length;
  const origin = await startTool('./origin.mjs', source, latency);
  report(`${images} images of ${pictures} pictures in ${source}, ${rounds} round(s)`);
  const plans = [
    { name: 'one process', start: () => startEmbedded(server) },
    ...WORKERS.map((workers) => ({
      name: `${workers} worker${workers > 1 ? 's' : ''}`,
      start: () => startFleet({ ...server, workers }),
    })),
  ];
  const results = [];
  for (let round = 1; round <= rounds; round++) {
    for (const plan of plans) results.push(await measure({ ...plan, origin, images, pictures }));
    report(`round ${round} done`);
  }
  await origin.stop();
  return { settings: { images, pictures, folder: source, latency, rounds }, results };
}

const part = (name) => [`${name} ms`, (row) => row.partMs[name] ?? 0, 2];

export function showFleet({ results }) {
  const columns = [
    ['', (row) => row.name],
    ['images/s', (row) => row.imagesPerS],
    ['CPU ms/image', (row) => row.cpuMs, 2],
    part('server'),
    part('workers'),
    part('postgres'),
    part('redis'),
    ['Redis MB', (row) => row.redisMb, 1],
    ['status p95 ms', (row) => row.p95Ms],
    ['requests', (row) => row.requests],
    ['load', (row) => row.load, 1],
  ];
  return [
    '',
    ...table(columns, results),
    'CPU per image, and of it what each part spent; Redis is its own count, at most.',
  ];
}
