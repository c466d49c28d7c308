// `npm run bench -- --rows N`: how a very large CSV is taken in, while others use the server. No image is fetched.
import { once } from 'node:events';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './cleanup.mjs';
import { pollStatus, timesOf } from './follow.mjs';
import { startMeter } from './meter.mjs';
import { readTreeCpu } from './proc.mjs';
import { get, startServer, upload } from './server.mjs';
import { fleetEnv, startPostgres, startRedis } from './services.mjs';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const SMALL_ROWS = 10;
const SMALL_EVERY_MS = 1_000;
const CHUNK = 5_000;

/** The discard port: a URL nobody answers, and with no workers nobody asks. */
function csvRow(row, urlsPerRow) {
  const urls = Array.from(
    { length: urlsPerRow },
    (_, n) => `http://127.0.0.1:9/catalogue/${row}-${n}.jpg?w=1600`,
  );
  return `${row},Product number ${row},"${urls.join(',')}"\n`;
}

async function writeCsv(path, rows, urlsPerRow) {
  const file = createWriteStream(path);
  file.write(HEADER);
  for (let row = 1; row <= rows; ) {
    let text = '';
    for (const end = Math.min(rows + 1, row + CHUNK); row < end; row++) text += csvRow(row, urlsPerRow);
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

async function sizeOf(folder) {
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

export async function runRows({ rows, urlsPerRow, fleet, server: { bin, args = [] }, report }) {
  const folder = temporaryFolder();
  const path = join(folder.path, 'catalogue.csv');
  report(`writing ${rows} rows x ${urlsPerRow} URL(s)`);
  await writeCsv(path, rows, urlsPerRow);
  const bytes = statSync(path).size;

  const [postgres, redis] = fleet ? [await startPostgres(), await startRedis()] : [];
  const env = fleet ? fleetEnv({ postgres, redis, files: join(folder.path, 'files') }) : {};
  const server = await startServer({ bin, args: ['--workers', '0', ...args], env });
  const meter = startMeter(server.pid);
  const small = HEADER + Array.from({ length: SMALL_ROWS }, (_, row) => csvRow(row + 1, urlsPerRow)).join('');
  const quiet = await upload(server.url, small);
  await meter.now();

  report(`uploading ${(bytes / 1e6).toFixed(0)} MB`);
  const poll = pollStatus(server, quiet.request_id);
  const readCpu = () => readTreeCpu(server.pid) + (postgres ? readTreeCpu(postgres.pid) : 0);
  const cpuBefore = readCpu();
  const smallTimes = [];
  let over = false;
  const others = (async () => {
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, SMALL_EVERY_MS));
      if (!over) smallTimes.push((await upload(server.url, small)).ms);
    }
  })();
  const accepted = await Promise.race([
    upload(server.url, createReadStream(path), bytes),
    server.ended,
    ...[poll.fault, others].map((part) => part.then((error) => Promise.reject(error))),
  ]);
  over = true;
  const cpuS = readCpu() - cpuBefore;
  const answers = await poll.stop();
  await others;
  if (accepted.products !== rows || accepted.images !== rows * urlsPerRow) {
    throw new Error(
      `${accepted.products} rows and ${accepted.images} images were accepted, not ${rows} and ${rows * urlsPerRow}`,
    );
  }
  const { images } = JSON.parse((await get(`${server.url}/status/${accepted.request_id}`)).text);
  if (images.pending !== rows * urlsPerRow)
    throw new Error(`${images.pending} images are pending, not ${rows * urlsPerRow}`);
  const memory = await meter.stop();
  const dataBytes = await sizeOf(server.data);
  const redisMb = redis ? (await redis.memory()) / 1e6 : 0;
  for (const part of [server, redis, postgres]) await part?.stop();
  await folder.remove();

  const { times: _, ...statusAnswers } = answers;
  const { times: smallMs, ...smallUploads } = timesOf(smallTimes.length > 0 ? smallTimes : [Number.NaN]);
  return {
    settings: { rows, urlsPerRow, bytes },
    secondsTo202: accepted.ms / 1000,
    rowsPerS: rows / (accepted.ms / 1000),
    cpuS,
    memory,
    dataBytes,
    redisMb,
    answers: statusAnswers,
    smallUploads: { quietMs: quiet.ms, middleMs: smallMs[smallMs.length >> 1], ...smallUploads },
  };
}

export function showRows({ settings, memory, answers, smallUploads, ...result }) {
  return [
    '',
    `${settings.rows.toLocaleString('en')} rows, ${(settings.rows * settings.urlsPerRow).toLocaleString('en')} URLs, ${(settings.bytes / 1e6).toFixed(1)} MB`,
    `202 after ${result.secondsTo202.toFixed(1)} s: ${result.rowsPerS.toFixed(0)} rows/s, CPU ${result.cpuS.toFixed(1)} s, data folder then ${(result.dataBytes / 1e6).toFixed(0)} MB`,
    ...(result.redisMb > 0
      ? [`with PostgreSQL, whose CPU is in that, and Redis, which holds ${result.redisMb.toFixed(1)} MB`]
      : []),
    `server RSS: start ${memory.start.server.toFixed(0)}, peak ${memory.peak.server.toFixed(0)}, end ${memory.end.server.toFixed(0)} MB`,
    `GET /status of another request meanwhile: ${answers.answers} answers, p95 ${answers.p95Ms.toFixed(0)} ms, worst ${answers.worstMs.toFixed(0)} ms`,
    `upload of ${SMALL_ROWS} rows: before ${smallUploads.quietMs.toFixed(0)} ms; meanwhile, one a second, ${smallUploads.answers}: in the middle ${smallUploads.middleMs.toFixed(0)} ms, worst ${smallUploads.worstMs.toFixed(0)} ms`,
  ];
}
