// `npm run fuzz:http`: requests of all kinds, made from the OpenAPI document, to the real program. Every answer must be one
// that the document allows; the server must throw nothing that nobody caught, and neither grow nor keep files open.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { cleanUp, cleanUpOnSignals, onEnd, temporaryFolder } from './cleanup.mjs';
import { table } from './figures.mjs';
import { makeCases } from './http-cases.mjs';
import { createJudge, HEAD_BYTES } from './http-judge.mjs';
import { closeConnections, send, toCurl, toWire } from './http-send.mjs';
import { readMemory } from './proc.mjs';
import { endTree } from './server.mjs';

const USAGE = `Usage: npm run fuzz:http -- [options]

  --requests N    how many (20000)
  --seed N        (1)
  --only N        send the case of this number alone
  --env NAME=VALUE  a setting of the server, such as DATABASE_URL; may be repeated
  --help

The same document, seed and number of requests always make the same requests. Exit code 1 when an answer or the server was
wrong; what to send to see it again is printed.
`;
const AT_ONCE = 8;
const STRAY = 'anything else';
const IDS_KEPT = 40;
/** A heap that is never collected would look like one that grows. */
const SMALL_HEAP = '--max-old-space-size=96 --max-semi-space-size=2';
/** Until then caches fill. */
const WARM_UP = 2_000;
const GROWTH_MB = 50;
const MORE_FILES = 10;
const FAULTS_SHOWN = 20;
const SAID = /unhandled|uncaught|a call failed|ERR_|TypeError|RangeError|ReferenceError|"level":60/i;

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    env: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

async function listen(answer) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onEnd(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${server.address().port}`;
}

async function startSite() {
  const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#357' } })
    .jpeg()
    .toBuffer();
  const origin = await listen(({ url }, response) => {
    if (/^\/\d\.jpg$/.test(url)) response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
    else if (url === '/text') response.end('no picture');
    else response.writeHead(404).end();
  });
  const receiver = await listen((request, response) => {
    request.resume().on('end', () => response.writeHead(request.url === '/500' ? 500 : 200).end('ok'));
  });
  return { origin, receiver };
}

async function startServer(log) {
  const folder = temporaryFolder();
  const bin = fileURLToPath(new URL('../bin/halve', import.meta.url));
  const out = openSync(log, 'w');
  const args = [bin, 'serve', '--port', '0', '--data-dir', folder.path];
  const own = {
    WORKERS: '1',
    FETCH_ATTEMPTS: '1',
    FETCH_TIMEOUT_MS: '3000',
    NODE_OPTIONS: SMALL_HEAP,
    LOG_LEVEL: 'error',
    MAX_UPLOAD_BYTES: '100000',
  };
  const given = Object.fromEntries(
    options.env.map((text) => [text.split('=', 1)[0], text.slice(text.indexOf('=') + 1)]),
  );
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...own, ...given },
    stdio: ['ignore', 'pipe', out],
    detached: true,
  });
  closeSync(out);
  onEnd(() => endTree(child));
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      const found = /listening on (http:\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
    child.once('exit', () => reject(new Error(`the server ended: ${readFileSync(log, 'utf8')}`)));
  });
  return { child, url };
}

const openFiles = (pid) => readdirSync(`/proc/${pid}/fd`).length;

async function main() {
  const logs = temporaryFolder();
  const log = join(logs.path, 'server.log');
  const site = await startSite();
  const { child, url } = await startServer(log);
  const api = JSON.parse((await send(url, { method: 'GET', path: '/openapi.json', headers: {} })).body);
  const judge = createJudge(api);
  const known = { id: [], delivery: [], cursor: '0~0', ...site };
  const counts = new Map();
  const faults = [];
  const curve = [];
  const fault = (what, number, wire) => faults.push({ what, number, wire });

  /** What an answer tells of things that later requests may name. */
  function learn({ method, path }, { status, body }) {
    if (method === 'POST' && path.startsWith('/upload') && status === 202) {
      known.id.unshift(JSON.parse(body).request_id);
      known.id.length = Math.min(known.id.length, IDS_KEPT);
    }
    if (method !== 'GET' || status !== 200) return;
    if (/\/deliveries$/.test(path)) {
      for (const { id } of JSON.parse(body).deliveries)
        if (!known.delivery.includes(id)) known.delivery.unshift(id);
      known.delivery.length = Math.min(known.delivery.length, 10);
    }
    if (path.startsWith('/requests?')) known.cursor = JSON.parse(body).next ?? known.cursor;
  }

  function count(name, status) {
    const row = counts.get(name) ?? {};
    row[status] = (row[status] ?? 0) + 1;
    counts.set(name, row);
  }

  /** A ZIP breaks off when its request is removed or opened again meanwhile; the same call again is answered then. */
  async function whole(wire) {
    try {
      return await send(url, wire);
    } catch (error) {
      if (error.message !== 'aborted' || !wire.path.startsWith('/zip/')) throw error;
      return send(url, wire);
    }
  }

  async function run(one, number) {
    const wire = toWire(one, known);
    try {
      const answer = await whole(wire);
      const { operation, wrong } = judge(wire, answer);
      if (wrong) fault(wrong, number, wire);
      count(operation ?? STRAY, answer.status);
      learn(wire, answer);
    } catch (error) {
      // Nobody knows that it is a HEAD when its head cannot be read, so the refusal has a body.
      if (wire.method === 'HEAD' && wire.headBytes > HEAD_BYTES) return count(STRAY, 431);
      fault(`no answer: ${error.message}`, number, wire);
    }
  }

  const cases = makeCases(api, { count: Number(options.requests), seed: Number(options.seed) });
  // What the first requests are about.
  for (let n = 0; n < 8; n++) {
    const text = `S. No.,Product Name,Input Image Urls\n1,Mug,"{{origin}}/${n}.jpg,{{origin}}/${n === 3 ? 'missing' : 8}.jpg"\n`;
    const query = [['webhook_url', `{{receiver}}/${n === 5 ? 500 : 'hook'}`]];
    await run({ method: 'POST', path: '/upload', query, headers: {}, body: { type: 'text/csv', text } }, -1);
  }
  let next = options.only === undefined ? 0 : Number(options.only);
  const end = options.only === undefined ? cases.length : next + 1;
  let warm = null;
  async function lane() {
    while (next < end && child.exitCode === null && child.signalCode === null) {
      const number = next++;
      await run(cases[number], number);
      if (number % 1_000 === 0) curve.push(`${number}: ${Math.round(readMemory(child.pid).rssMb)}`);
      if (number === WARM_UP) warm = { rssMb: readMemory(child.pid).rssMb, files: openFiles(child.pid) };
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  closeConnections();

  if (child.exitCode !== null || child.signalCode !== null)
    fault(`the server ended (${child.exitCode ?? child.signalCode})`);
  else if (warm) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const [rssMb, files] = [readMemory(child.pid).rssMb, openFiles(child.pid)];
    console.log(
      `memory of the server in MB, by requests: ${curve.join(', ')}, at the end ${Math.round(rssMb)}`,
    );
    console.log(`open files: ${warm.files} after ${WARM_UP} requests, ${files} at the end`);
    if (rssMb - warm.rssMb > GROWTH_MB) fault(`grew from ${warm.rssMb} to ${rssMb} MB`);
    if (files - warm.files > MORE_FILES) fault(`keeps ${files} files open, ${warm.files} before`);
  }
  const said = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => SAID.test(line));
  for (const line of said.slice(0, FAULTS_SHOWN)) fault(`the log says: ${line.slice(0, 1_000)}`);
  report({ counts, faults, url });
  return faults.length === 0 ? 0 : 1;
}

function report({ counts, faults, url }) {
  const statuses = [...new Set([...counts.values()].flatMap(Object.keys))].sort();
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const columns = [
    ['operation', ([name]) => name],
    ...statuses.map((status) => [status, ([, row]) => (row[status] ? String(row[status]) : '')]),
  ];
  console.log(table(columns, rows).join('\n'));
  const kinds = new Map();
  for (const one of faults) {
    const kind = `${one.wire?.method ?? ''} ${one.wire?.path.split(/[/?]/)[1] ?? ''} ${one.what.slice(0, 60)}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  for (const [, [first, ...more]] of [...kinds].slice(0, FAULTS_SHOWN)) {
    console.log(`\nFAULT ${first.what}${more.length > 0 ? ` (and ${more.length} like it)` : ''}`);
    if (!first.wire) continue;
    console.log(`  --seed ${options.seed} --requests ${options.requests} --only ${first.number}`);
    console.log(`  ${toCurl(url, first.wire).slice(0, 2_000)}`);
  }
  const sent = [...counts.values()].flatMap(Object.values).reduce((sum, one) => sum + one, 0);
  console.log(`\n${sent} answers, ${faults.length} faults`);
}

if (options.help) {
  process.stdout.write(USAGE);
} else {
  cleanUpOnSignals();
  try {
    process.exitCode = await main();
  } finally {
    await cleanUp();
  }
}
