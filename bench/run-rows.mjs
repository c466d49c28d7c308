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

const SMALL_ROWS = 10;
const SMALL_EVERY_MS = 1_000;
const CHUNK = 5_000;

/** A host that is none: with no workers nobody asks for it. */
const urlOf = (row, column, n) => `https://cdn.shop.example/catalogue/${row}-${column}-${n}.jpg?w=1600`;

/** halve's own three columns; with more than one column of URLs a catalogue as shops export it. */
function layoutOf({ columns, urlsPerRow }) {
  const numbers = Array.from({ length: columns }, (_, column) => column + 1);
  const cell = (row, column) =>
    `"${Array.from({ length: urlsPerRow }, (_, n) => urlOf(row, column, n)).join(',')}"`;
  return {
    header:
      columns === 1
        ? 'S. No.,Product Name,Input Image Urls\n'
        : `SKU,Name,${numbers.map((column) => `Image ${column}`).join(',')}\n`,
    line: (row) => `${row},Product number ${row},${numbers.map((column) => cell(row, column)).join(',')}\n`,
  };
}

async function writeCsv(path, rows, { header, line }) {
  const file = createWriteStream(path);
  file.write(header);
  for (let row = 1; row <= rows; ) {
    let text = '';
    for (const end = Math.min(rows + 1, row + CHUNK); row < end; row++) text += line(row);
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

export async function runRows({ rows, columns, urlsPerRow, fleet, server: { bin, args = [] }, report }) {
  const folder = temporaryFolder();
  const path = join(folder.path, 'catalogue.csv');
  const layout = layoutOf({ columns, urlsPerRow });
  const images = rows * columns * urlsPerRow;
  report(`writing ${rows} rows with ${images} URLs in ${columns} column(s)`);
  await writeCsv(path, rows, layout);
  const bytes = statSync(path).size;

  const [postgres, redis] = fleet ? [await startPostgres(), await startRedis()] : [];
  const env = fleet ? fleetEnv({ postgres, redis, files: join(folder.path, 'files') }) : {};
  const server = await startServer({ bin, args: ['--workers', '0', ...args], env });
  const meter = startMeter(server.pid);
  const small = layout.header + Array.from({ length: SMALL_ROWS }, (_, row) => layout.line(row + 1)).join('');
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
  if (accepted.products !== rows || accepted.images !== images) {
    throw new Error(
      `${accepted.products} rows and ${accepted.images} images were accepted, not ${rows} and ${images}`,
    );
  }
  const { pending } = JSON.parse((await get(`${server.url}/status/${accepted.request_id}`)).text).images;
  if (pending !== images) throw new Error(`${pending} images are pending, not ${images}`);
  const memory = await meter.stop();
  const dataBytes = await sizeOf(server.data);
  const redisMb = redis ? (await redis.memory()) / 1e6 : 0;
  for (const part of [server, redis, postgres]) await part?.stop();
  await folder.remove();

  const { times: _, ...statusAnswers } = answers;
  const { times: smallMs, ...smallUploads } = timesOf(smallTimes.length > 0 ? smallTimes : [Number.NaN]);
  return {
    settings: { rows, columns, urlsPerRow, bytes },
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
    `${settings.rows.toLocaleString('en')} rows, ${(settings.rows * settings.columns * settings.urlsPerRow).toLocaleString('en')} URLs in ${settings.columns} column(s), ${(settings.bytes / 1e6).toFixed(1)} MB`,
    `202 after ${result.secondsTo202.toFixed(1)} s: ${result.rowsPerS.toFixed(0)} rows/s, CPU ${result.cpuS.toFixed(1)} s, data folder then ${(result.dataBytes / 1e6).toFixed(0)} MB`,
    ...(result.redisMb > 0
      ? [`with PostgreSQL, whose CPU is in that, and Redis, which holds ${result.redisMb.toFixed(1)} MB`]
      : []),
    `server RSS: start ${memory.start.server.toFixed(0)}, peak ${memory.peak.server.toFixed(0)}, end ${memory.end.server.toFixed(0)} MB`,
    `GET /status of another request meanwhile: ${answers.answers} answers, p95 ${answers.p95Ms.toFixed(0)} ms, worst ${answers.worstMs.toFixed(0)} ms`,
    `upload of ${SMALL_ROWS} rows: before ${smallUploads.quietMs.toFixed(0)} ms; meanwhile, one a second, ${smallUploads.answers}: in the middle ${smallUploads.middleMs.toFixed(0)} ms, worst ${smallUploads.worstMs.toFixed(0)} ms`,
  ];
}
