// `npm run fuzz`: damaged JPEGs into the kernel, some hundred thousand of them. It must answer each with a refusal or with
// a file that sharp decodes to the size of the source; it must not throw, hang, or grow. With --containers, damaged files of
// every format through what reads their containers. The cases are made by the tests' own code, which tsx loads.
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { table } from './figures.mjs';

const USAGE = `Usage: npm run fuzz -- [options]

  --containers       files of every format through what reads their containers, instead of JPEGs into the kernel
  --cases N          how many (200000)
  --from N           number of the first (0)
  --seed S           (1)
  --check SHARE      of the accepted ones (with --containers, of all), how many sharp decodes, 0 to 1 (0.2)
  --keep DIR         where cases that went wrong are written (halve-fuzz in the folder for temporary files)
  --transcoder FILE  transcode.js of another build
  --help

The same seed and number always make the same case.
`;
/** A case that takes longer than this is taken for a loop and ends the run. */
const HANGS_MS = 20_000;
const LOOK_EVERY_MS = 1000;
const SAY_EVERY_MS = 10_000;
/** Of each doubt and fault so many cases are written. */
const KEPT = 5;

function readOptions() {
  const { values } = parseArgs({
    options: {
      containers: { type: 'boolean', default: false },
      cases: { type: 'string', default: '200000' },
      from: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      check: { type: 'string', default: '0.2' },
      keep: { type: 'string', default: join(tmpdir(), 'halve-fuzz') },
      transcoder: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const numbers = Object.fromEntries(
    ['cases', 'from', 'seed', 'check'].map((name) => [name, Number(values[name])]),
  );
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value >= 0)) throw new TypeError(`--${name} ${values[name]}: must be a number`);
  }
  return { ...values, ...numbers };
}

/** Runs the cases in a worker; `onFinding` gets every case that went wrong as it happens. */
function run(options, onFinding) {
  const at = new Int32Array(new SharedArrayBuffer(4));
  const program = options.containers ? './fuzz-containers-worker.mjs' : './fuzz-worker.mjs';
  const worker = new Worker(new URL(program, import.meta.url), {
    workerData: { ...options, at },
  });
  return new Promise((resolve, reject) => {
    let [seen, since, said] = [-1, Date.now(), Date.now()];
    const timer = setInterval(() => {
      const now = Atomics.load(at, 0);
      if (now !== seen) [seen, since] = [now, Date.now()];
      if (Date.now() - said > SAY_EVERY_MS) {
        said = Date.now();
        process.stderr.write(`fuzz: ${now - options.from} of ${options.cases}\n`);
      }
      if (Date.now() - since < HANGS_MS) return;
      reject(new Error(`case ${now} of seed ${options.seed} does not end (--from ${now} --cases 1)`));
    }, LOOK_EVERY_MS);
    worker.on('message', (message) => (message.done ? resolve(message.done) : onFinding(message)));
    worker.on('error', reject);
    worker.on('exit', () => {
      clearInterval(timer);
      reject(new Error(`the worker ended at case ${Atomics.load(at, 0)}`));
    });
  });
}

function keeper(folder) {
  const counts = new Map();
  return ({ kind, text, number, name, input, extension = 'jpg' }) => {
    const key = `${kind}: ${text.replace(/0x[0-9a-f]+|\d+/gi, '#')}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    const entry = counts.get(key) ?? { key, kind, count, first: number };
    counts.set(key, { ...entry, count });
    if (count <= KEPT && input) {
      mkdirSync(folder, { recursive: true });
      const file = join(
        folder,
        `${kind}-${text.replace(/[^a-z0-9]+/gi, '-').slice(0, 40)}-${number}.${extension}`,
      );
      writeFileSync(file, input);
      process.stderr.write(`fuzz: case ${number} (${name}): ${key}, kept as ${file}\n`);
    }
    return counts;
  };
}

function show(options, { answers, checked, slowest, largest, memory, seconds }, findings) {
  const MB = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  const total = Object.values(answers).reduce((sum, count) => sum + count, 0);
  const rows = Object.entries(answers).sort((a, b) => b[1] - a[1]);
  return [
    ...table(
      [
        ['answer', ([answer]) => answer],
        ['cases', ([, count]) => count],
        ['%', ([, count]) => (count / total) * 100, 1],
      ],
      rows,
    ),
    `${total} cases of seed ${options.seed} in ${seconds.toFixed(0)} s; sharp looked at ${checked} results`,
    `slowest: ${slowest.ms.toFixed(0)} ms (case ${slowest.number}); largest result: ${largest.bytes} bytes of ${largest.of} (case ${largest.number})`,
    `memory (resident; outside the heap): ${memory.map(({ rss, external }) => `${MB(rss)}; ${MB(external)}`).join(' -> ')}`,
    ...[...findings.values()].map(({ key, count, first }) => `${count} x ${key} (first: case ${first})`),
  ];
}

async function main() {
  const options = readOptions();
  if (options.help) return process.stdout.write(USAGE);
  const keep = keeper(options.keep);
  let findings = new Map();
  const done = await run(options, (finding) => {
    findings = keep(finding);
  });
  if ([...findings.values()].some(({ kind }) => kind === 'fault')) process.exitCode = 1;
  return process.stdout.write(`${show(options, done, findings).join('\n')}\n`);
}

try {
  await main();
} catch (error) {
  const usage = error instanceof TypeError && !(error.stack ?? '').includes('-worker');
  process.stderr.write(usage ? `fuzz: ${error.message}\n\n${USAGE}` : `fuzz: ${error.stack}\n`);
  process.exitCode = 1;
}
// A worker in a loop of its own does not end by itself.
process.exit();
