// One whole flow, measured: origin pictures -> CSV -> upload -> completed -> output CSV, on a server of its own.
import { followToEnd } from './follow.mjs';
import { startMeter } from './meter.mjs';
import { readMachineCpu, readTreeCpu } from './proc.mjs';
import { get, startServer, upload } from './server.mjs';

const URLS_PER_ROW = 2;

export function makeCsv({ port, images, pictures }) {
  const url = (image) => `http://127.0.0.1:${port}/${image % pictures}.jpg?image=${image}`;
  const lines = ['S. No.,Product Name,Input Image Urls'];
  for (let first = 0, row = 1; first < images; first += URLS_PER_ROW, row++) {
    const urls = Array.from({ length: Math.min(URLS_PER_ROW, images - first) }, (_, offset) =>
      url(first + offset),
    );
    lines.push(`${row},Product ${row},"${urls.join(',')}"`);
  }
  return `${lines.join('\n')}\n`;
}

/** Every row is there, and every image has its own place in it. */
export async function checkOutput(url, csv, images) {
  const { status, text } = await get(url);
  const input = csv.trimEnd().split('\n');
  const output = text.trimEnd().split('\n');
  const urls = output.join('\n').match(/https?:\/\//g)?.length ?? 0;
  if (status !== 200 || output.length !== input.length || urls !== images * 2) {
    throw new Error(
      `the output CSV has ${output.length - 1} rows and ${urls - images} of ${images} new URLs (${status})`,
    );
  }
}

/**
 * Runs `images` images of the origin through a fresh server. CPU is of the server and all it started, from just before
 * the upload to completed; `othersCpuS` is what the machine spent meanwhile on neither that, the origin nor the bench.
 * `onStart` gets the server's meter, `onStatus` every status.
 */
export async function measureFlow({ origin, images, pictures, server: settings, onStart, onStatus }) {
  const csv = makeCsv({ port: origin.hello.port, images, pictures });
  const server = await startServer(settings);
  const meter = startMeter(server.pid);
  await origin.ask('reset');
  await meter.now();
  onStart?.(meter);

  const before = readCpu(server, origin);
  const began = Date.now();
  const accepted = await upload(server.url, csv);
  if (accepted.images !== images) throw new Error(`${accepted.images} of ${images} images were accepted`);
  const { status, answers } = await followToEnd({ server, id: accepted.request_id, images, onStatus });
  const after = readCpu(server, origin);
  const { distinct, requests, maxInFlight } = await origin.ask('report');
  if (distinct !== images) throw new Error(`the origin was asked for ${distinct} of ${images} images`);
  await checkOutput(status.output_csv_url, csv, images);
  const memory = await meter.stop();
  await server.stop();

  // By the server's clock, which is the bench's: the poll that saw it came up to 0.2 s later.
  const wallS = (Date.parse(status.completed_at) - began) / 1000;
  const spent = (name) => after[name] - before[name];
  return {
    wallS,
    imagesPerS: images / wallS,
    cpuS: spent('server'),
    uploadMs: accepted.ms,
    memory,
    answers,
    bytes: status.bytes,
    origin: { cpuS: spent('origin'), requests, maxInFlight },
    othersCpuS: Math.max(0, spent('machine') - spent('server') - spent('origin') - spent('bench')),
  };
}

function readCpu(server, origin) {
  const { user, system } = process.cpuUsage();
  return {
    server: readTreeCpu(server.pid),
    origin: readTreeCpu(origin.pid),
    machine: readMachineCpu(),
    bench: (user + system) / 1e6,
  };
}
