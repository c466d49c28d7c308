// `npm run bench -- --polls N`: N status polls a second and 50 event streams while every core makes images lighter.
import { request } from 'node:http';
import autocannon from 'autocannon';
import { table } from './figures.mjs';
import { makeCsv } from './flow.mjs';
import { listPictures, photos } from './pictures.mjs';
import { readMachineCpu, readTreeCpu } from './proc.mjs';
import { get, startServer, upload } from './server.mjs';
import { startTool } from './tool.mjs';

const STREAMS = 50;
const CONNECTIONS = 100;
/** More than is done in the time: the cores are never idle. */
const IMAGES_PER_S = 400;
const WARM_UP_IMAGES = 100;

/** `seconds` of polls at a rate that does not wait for answers: what comes late makes those behind it late, and counts. */
export async function runPolls({ polls, seconds, folder, distinct, server: settings, report }) {
  const source = folder ?? (await photos(distinct, report));
  const origin = await startTool('./origin.mjs', source, 0);
  const server = await startServer(settings);
  const csv = makeCsv({
    port: origin.hello.port,
    images: IMAGES_PER_S * seconds,
    pictures: listPictures(source).length,
  });
  const { request_id: id } = await upload(server.url, csv);
  const url = `${server.url}/status/${id}`;
  const processed = async () => JSON.parse((await get(url)).text).images.processed;
  while ((await processed()) < WARM_UP_IMAGES) await new Promise((resolve) => setTimeout(resolve, 100));

  report(`${polls} polls a second and ${STREAMS} event streams for ${seconds} s`);
  const streams = Array.from({ length: STREAMS }, () => openStream(`${url}/events`));
  const before = { processed: await processed(), server: readTreeCpu(server.pid), machine: readMachineCpu() };
  const result = await autocannon({ url, overallRate: polls, connections: CONNECTIONS, duration: seconds });
  const after = { processed: await processed(), server: readTreeCpu(server.pid), machine: readMachineCpu() };
  const events = streams.map((stream) => stream.close());
  await server.stop();
  await origin.stop();
  return {
    settings: { polls, seconds, streams: STREAMS, connections: CONNECTIONS },
    polls: {
      answers: result['2xx'],
      perS: result['2xx'] / result.duration,
      others: result.non2xx,
      errors: result.errors + result.timeouts,
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
      worstMs: result.latency.max,
    },
    streams: {
      events: events.reduce((sum, { count }) => sum + count, 0),
      fewest: Math.min(...events.map(({ count }) => count)),
      broken: events.filter(({ broken }) => broken).length,
      longestGapMs: Math.max(...events.map(({ longestGapMs }) => longestGapMs)),
    },
    images: after.processed - before.processed,
    cores: {
      machine: (after.machine - before.machine) / result.duration,
      server: (after.server - before.server) / result.duration,
    },
  };
}

/** Reads an event stream; `broken` when it ended before `close()`. */
function openStream(url) {
  let count = 0;
  let broken = false;
  let longestGapMs = 0;
  let lastAt = performance.now();
  const fail = () => {
    broken = true;
  };
  const client = request(url, { agent: false }, (response) => {
    if (response.statusCode !== 200) fail();
    response.setEncoding('utf8').on('data', (text) => {
      const now = performance.now();
      longestGapMs = Math.max(longestGapMs, now - lastAt);
      lastAt = now;
      count += text.split('event: progress').length - 1;
    });
    response.on('close', fail);
  });
  client.on('error', fail).end();
  return {
    close() {
      const seen = { count, broken, longestGapMs };
      client.destroy();
      return seen;
    },
  };
}

export function showPolls({ settings, polls, streams, images, cores }) {
  const columns = [
    ['answers', (row) => row.answers],
    ['a second', (row) => row.perS],
    ['not 2xx', (row) => row.others],
    ['errors', (row) => row.errors],
    ['p50 ms', (row) => row.p50Ms],
    ['p99 ms', (row) => row.p99Ms],
    ['worst ms', (row) => row.worstMs],
  ];
  return [
    '',
    `${settings.polls} status polls a second over ${settings.connections} connections, ${settings.streams} event streams, ${settings.seconds} s`,
    ...table(columns, [polls]),
    `streams: ${streams.events} events, at least ${streams.fewest} each, ${streams.broken} broken, longest silence ${streams.longestGapMs.toFixed(0)} ms`,
    `meanwhile ${images} images (${(images / settings.seconds).toFixed(0)} a second); ${cores.machine.toFixed(2)} cores busy, ${cores.server.toFixed(2)} of them halve's`,
  ];
}
