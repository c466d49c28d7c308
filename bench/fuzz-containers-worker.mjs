// Worker thread of `npm run fuzz -- --containers`: damaged files of every format through the walks over their containers, and
// some of them all the way. Each ends as a value, or with the one error that walks refuse pictures with, and soon.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// In a worker, tsx has to be asked.
register();
const [
  { FORMATS },
  { CODECS },
  { ImageProblem },
  { NO_METADATA },
  { sniff },
  { containerCase, containerSamples },
  { randomBelow },
  { run },
] = await Promise.all([
  import('../src/formats.ts'),
  import('../src/image/codecs.ts'),
  import('../src/image/picture.ts'),
  import('../src/image/metadata/kept.ts'),
  import('../src/image/sniff.ts'),
  import('../test/fakes/container-mutations.ts'),
  import('../test/fakes/jpeg-mutations.ts'),
  import('../test/fakes/run-compress.ts'),
]);

const { cases, from, seed, check, at } = workerData;
/** What one case may take, by the clock; on a busy machine it is tried again before it counts. */
const SLOW_MS = 1000;
const MOST_PIXELS = 2_000_000;
const LOOKS = 5;

const samples = await containerSamples();
const answers = {};
const memory = [];
let [checked, slowest, largest] = [0, { ms: 0, number: 0 }, { bytes: 0, of: 0, number: 0 }];

/** 'read', or the code that a walk refused the file with. */
function walk({ format, data }) {
  const { container } = CODECS[format];
  try {
    container.read(data);
    return { end: 'read', cleaned: container.clean(data, NO_METADATA)?.length ?? 0 };
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    return { end: `refused: ${error.code}`, cleaned: 0 };
  }
}

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { result, ms: performance.now() - began };
}

/** Done twice before it is called slow. */
async function soon(work) {
  const once = await timed(work);
  return once.ms > SLOW_MS ? timed(work) : once;
}

async function runCase(number) {
  const { name, format, data } = containerCase(samples, seed, number);
  const { extension } = FORMATS[format];
  const find = (text) =>
    parentPort.postMessage({ kind: 'fault', text, number, name, input: data, extension });
  const whole = randomBelow(seed + number)(1000) < check * 1000;
  try {
    const { result, ms } = await soon(() => walk({ format, data }));
    answers[result.end] = (answers[result.end] ?? 0) + 1;
    if (result.cleaned > largest.bytes) largest = { bytes: result.cleaned, of: data.length, number };
    const decoded =
      whole && sniff(data).format ? await soon(() => run(data, {}, { maxPixels: MOST_PIXELS })) : null;
    if (decoded) checked++;
    const took = Math.max(ms, decoded?.ms ?? 0);
    if (took > slowest.ms) slowest = { ms: took, number };
    if (took > SLOW_MS)
      find(`took longer than a second (${decoded && decoded.ms > ms ? 'decoder' : 'walk'})`);
  } catch (error) {
    answers.threw = (answers.threw ?? 0) + 1;
    find(`threw ${error}`);
  }
}

const began = performance.now();
for (let done = 0; done < cases; done++) {
  Atomics.store(at, 0, from + done);
  await runCase(from + done);
  if ((done + 1) % Math.ceil(cases / LOOKS) === 0 || done + 1 === cases) memory.push(process.memoryUsage());
}
parentPort.postMessage({
  done: { answers, checked, slowest, largest, memory, seconds: (performance.now() - began) / 1000 },
});
