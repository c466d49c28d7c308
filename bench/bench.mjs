// `npm run bench`: how fast, how large and how answerable the program is. docs/performance.md says how to read it.
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { parseArgs } from 'node:util';
import { cleanUp, cleanUpOnSignals, wasInterrupted } from './cleanup.mjs';
import { runKernel } from './kernel.mjs';
import { showKernel, summarise } from './kernel-tables.mjs';
import { runFleet, showFleet } from './run-fleet.mjs';
import { runPhotos, showPhotos } from './run-photos.mjs';
import { runPolls, showPolls } from './run-polls.mjs';
import { runRows, showRows } from './run-rows.mjs';
import { runSmall, showSmall } from './run-small.mjs';

const USAGE = `Usage: npm run bench -- [options] [-- options of halve serve]

  (default)            photos through the whole program, against the bare sharp loop
    --images N         images (600)
    --folder DIR       JPEGs to use instead of generated ones
    --distinct N       generated pictures (60)
    --latency MS       before the origin's first byte (0)
    --rounds R         rounds (3)
  --rows N             instead: take in a CSV of N rows
    --columns N        columns of URLs (1)
    --urls-per-row N   URLs in each (1)
    --fleet            with PostgreSQL and Redis
  --small N            instead: N tiny images; does memory stay flat?
    --latency MS       (0)
  --fleet              instead: one process beside fleets of 1, 2 and 4 workers, with a PostgreSQL and a Redis of their own
    --images N, --folder DIR, --distinct N, --latency MS, --rounds R   as above
  --polls N            instead: N status polls a second and 50 event streams while every core is busy with images
    --seconds S        (30)
    --folder DIR, --distinct N   as above
  --kernel             instead: the JPEG kernel alone against sharp; CPU, bytes, PSNR, SSIM
    --folder DIR       JPEGs to use instead of generated ones
    --distinct N       generated pictures (60)
    --quality Q        (50)
    --pareto           qualities 30 to 80 instead of one
    --rounds R         rounds (3)
    --transcoder FILE  transcode.js of another build

  --bin FILE           the program to measure (bin/halve of this checkout, as it was built last)
  --json               the result as JSON on stdout, progress on stderr
  --help
`;

const number = (name, standard, least = 1) => ({ name, standard, least });
const NUMBERS = [
  number('images', 600),
  number('distinct', 60),
  number('latency', 0, 0),
  number('rounds', 3),
  number('rows', undefined),
  number('columns', 1),
  number('urls-per-row', 1),
  number('small', undefined),
  number('polls', undefined),
  number('seconds', 30),
  number('quality', 50),
];

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...Object.fromEntries(NUMBERS.map(({ name }) => [name, { type: 'string' }])),
      folder: { type: 'string' },
      kernel: { type: 'boolean', default: false },
      fleet: { type: 'boolean', default: false },
      pareto: { type: 'boolean', default: false },
      transcoder: { type: 'string' },
      bin: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  for (const { name, standard, least } of NUMBERS) {
    if (values[name] === undefined) values[name] = standard;
    else if (!/^\d+$/.test(values[name]) || Number(values[name]) < least) {
      throw new TypeError(`--${name} ${values[name]}: must be a whole number, at least ${least}`);
    } else values[name] = Number(values[name]);
  }
  return { ...values, server: { bin: values.bin, args: positionals } };
}

function describeMachine() {
  return {
    node: process.versions.node,
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    load: loadavg(),
  };
}

/** @returns [run, show, summarise?] of the mode that was asked for; a summary goes into the JSON too */
function modeOf({ rows, columns, small, polls, fleet, kernel, 'urls-per-row': urlsPerRow, ...options }) {
  if (rows) return [(common) => runRows({ rows, columns, urlsPerRow, fleet, ...common }), showRows];
  if (small) return [(common) => runSmall({ images: small, latency: options.latency, ...common }), showSmall];
  if (polls) return [(common) => runPolls({ polls, ...options, ...common }), showPolls];
  if (fleet) return [(common) => runFleet({ ...options, ...common }), showFleet];
  if (kernel) {
    return [(common) => runKernel({ ...options, ...common }), showKernel, summarise];
  }
  return [(common) => runPhotos({ ...options, ...common }), showPhotos];
}

async function main() {
  const options = readOptions();
  if (options.help) return process.stdout.write(USAGE);
  if (process.platform !== 'linux') throw new Error('CPU and memory are read from /proc: this needs Linux');
  cleanUpOnSignals();
  const machine = describeMachine();
  const report = (line) => process.stderr.write(`bench: ${line}\n`);
  const [run, show, summary] = modeOf(options);
  const result = await run({ server: options.server, report });
  machine.loadAfter = loadavg();
  if (options.json) {
    const whole = { machine, ...result, ...(summary && { summary: summary(result) }) };
    return process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
  }
  const versions = { node: machine.node, ...result.versions };
  const lines = [
    `${machine.cores} cores (${machine.cpu}), Linux ${machine.kernel}, ${Object.entries(versions).join('; ').replaceAll(',', ' ')}`,
    `load average ${machine.load.map((load) => load.toFixed(2)).join(' ')} before, ${machine.loadAfter.map((load) => load.toFixed(2)).join(' ')} after`,
  ];
  return process.stdout.write(`${[...show(result), ...lines].join('\n')}\n`);
}

try {
  await main();
} catch (error) {
  if (!wasInterrupted()) {
    process.stderr.write(
      error instanceof TypeError ? `bench: ${error.message}\n\n${USAGE}` : `bench: ${error.stack}\n`,
    );
    process.exitCode = 1;
  }
} finally {
  // What an error left behind, such as a poll's timer, does not keep the bench alive; a signal ends it by itself.
  if (!wasInterrupted()) {
    await cleanUp();
    process.exit();
  }
}
