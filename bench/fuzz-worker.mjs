// Worker thread of `npm run fuzz`: makes the cases, hands them to the kernel, has sharp look at some of what comes back.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';
import { loadTranscoder } from './encoders.mjs';

// In a worker, tsx has to be asked.
register();
const [{ jpegKinds }, { judge, shapeFault }, { fuzzCase, randomBelow }] = await Promise.all([
  import('../test/fakes/jpeg-kinds.ts'),
  import('../test/fakes/jpeg-judge.ts'),
  import('../test/fakes/jpeg-mutations.ts'),
]);

const { cases, from, seed, check, transcoder, at } = workerData;
/** What one case may take, by the clock; on a busy machine it is tried again before it counts. */
const SLOW_MS = 1000;
const QUALITIES = [50, 50, 75, 20];
/** Growth from the first look to the last that is not taken for a leak: sharp's own memory is in it. */
const GROWTH_BYTES = 150 * 2 ** 20;
const LOOKS = 5;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
/** After every so many cases a good file is done again: nothing of the damaged ones may be left behind. */
const AGAIN_EVERY = 8;

const transcodeJpeg = await loadTranscoder(transcoder);
const kinds = await jpegKinds();
const good = kinds
  .filter(({ expected }) => expected === 'transcoded')
  .map(({ name, data }) => ({ name, data, result: transcodeGood(data) }));
const answers = {};
const memory = [];
let [checked, slowest, largest] = [0, { ms: 0, number: 0 }, { bytes: 0, of: 0, number: 0 }];

function transcodeGood(input) {
  const { data } = transcodeJpeg(input, { quality: 50 });
  return data && Buffer.from(data);
}

function timed(input, options) {
  const began = performance.now();
  const answer = transcodeJpeg(input, options);
  const ms = performance.now() - began;
  // A view of the kernel's memory would change under what comes next.
  return { ms, answer: answer.data ? { ...answer, data: Buffer.from(answer.data) } : answer };
}

async function runCase(number) {
  const { name, input } = fuzzCase(kinds, seed, number);
  const find = (kind, text) => parentPort.postMessage({ kind, text, number, name, input });
  const below = randomBelow(seed + number);
  const options = { quality: QUALITIES[below(QUALITIES.length)] };
  const copy = Buffer.from(input);
  let run;
  try {
    run = timed(input, options);
    if (run.ms > SLOW_MS) run = timed(input, options);
  } catch (error) {
    answers.threw = (answers.threw ?? 0) + 1;
    return find('fault', `threw ${error}`);
  }
  const { answer, ms } = run;
  if (number % AGAIN_EVERY === 0) {
    const { name: other, data, result } = good[below(good.length)];
    const again = transcodeGood(data);
    if (!result || !again?.equals(result)) find('fault', `afterwards, "${other}" comes out differently`);
  }
  if (ms > slowest.ms) slowest = { ms, number };
  if (ms > SLOW_MS) find('fault', 'took longer than a second');
  if (!copy.equals(input)) find('fault', 'the input was written to');
  const key = answer.status === 'refused' ? `refused: ${answer.reason}` : answer.status;
  answers[key] = (answers[key] ?? 0) + 1;
  const wrong = shapeFault(answer);
  if (wrong) return find('fault', wrong);
  if (answer.status === 'refused') return undefined;
  const { data } = answer;
  if (data.length > largest.bytes) largest = { bytes: data.length, of: input.length, number };
  if (below(1000) >= check * 1000) return undefined;
  checked++;
  const { fault, doubt } = await judge(input, data, options.quality);
  if (fault) find('fault', fault);
  if (doubt) find('doubt', doubt);
  return undefined;
}

const began = performance.now();
for (let done = 0; done < cases; done++) {
  Atomics.store(at, 0, from + done);
  await runCase(from + done);
  // The first look comes when everything has been used once. What a collection can still free is no leak.
  if ((done + 1) % Math.ceil(cases / LOOKS) === 0 || done + 1 === cases) {
    collect();
    memory.push(process.memoryUsage());
  }
}
const [first, last] = [memory[0], memory.at(-1)];
if (last && last.rss - first.rss > GROWTH_BYTES) {
  parentPort.postMessage({ kind: 'fault', text: 'memory grew', number: from + cases - 1, name: 'all' });
}
parentPort.postMessage({
  done: { answers, checked, slowest, largest, memory, seconds: (performance.now() - began) / 1000 },
});
