// `npm run bench`: a catalogue of photos through the whole program, against the bare loop over the same bytes.
import { loadavg } from 'node:os';
import { mean, medians, table } from './figures.mjs';
import { measureFlow } from './flow.mjs';
import { timesOf } from './follow.mjs';
import { listPictures, photos } from './pictures.mjs';
import { startTool } from './tool.mjs';

async function runLoop(folder, images) {
  const loop = await startTool('./bare-loop.mjs', folder, images);
  await loop.stop();
  const { wallS, cpuS, ...rest } = loop.hello;
  return { wallS, imagesPerS: images / wallS, cpuS, ...rest };
}

export async function runPhotos({ images, folder, distinct, latency, rounds, server, report }) {
  const source = folder ?? (await photos(distinct, report));
  const pictures = listPictures(source).length;
  if (pictures === 0) throw new Error(`there is no JPEG in ${source}`);
  const origin = await startTool('./origin.mjs', source, latency);
  report(
    `${images} images of ${pictures} pictures in ${source}, ${latency} ms before the first byte, ${rounds} round(s)`,
  );

  const results = [];
  const answerTimes = [];
  let versions;
  for (let round = 1; round <= rounds; round++) {
    const load = loadavg()[0];
    report(`round ${round}: bare loop, program, bare loop`);
    const before = await runLoop(source, images);
    const flow = await measureFlow({ origin, images, pictures, server });
    const after = await runLoop(source, images);
    const { times, ...answers } = flow.answers;
    answerTimes.push(...times);
    versions = { sharp: before.sharp, libvips: before.vips };
    results.push({
      ...flow,
      answers,
      load,
      cpuMsPerImage: (flow.cpuS / images) * 1000,
      bytesOutIn: flow.bytes.out / flow.bytes.in,
      loop: {
        cpuS: mean([before.cpuS, after.cpuS]),
        imagesPerS: mean([before.imagesPerS, after.imagesPerS]),
        bytesOutIn: before.bytesOut / before.bytesIn,
        beforeCpuS: before.cpuS,
        afterCpuS: after.cpuS,
      },
      cpuRatio: flow.cpuS / mean([before.cpuS, after.cpuS]),
      wallRatio: flow.wallS / mean([before.wallS, after.wallS]),
    });
  }
  await origin.stop();
  const { times, ...answers } = timesOf(answerTimes);
  return {
    settings: { images, pictures, folder: source, latency, rounds },
    versions,
    rounds: results,
    median: medians(results),
    allAnswers: answers,
  };
}

const COLUMNS = [
  ['', (row) => row.name],
  ['images/s', (row) => row.imagesPerS],
  ['wall s', (row) => row.wallS, 2],
  ['CPU s', (row) => row.cpuS, 2],
  ['ms/image', (row) => row.cpuMsPerImage, 1],
  ['loop im/s', (row) => row.loop.imagesPerS],
  ['loop CPU s', (row) => row.loop.cpuS, 2],
  ['CPU/loop', (row) => row.cpuRatio, 2],
  ['wall/loop', (row) => row.wallRatio, 2],
  ['RSS MB', (row) => row.memory.peak.rss],
  ['PSS MB', (row) => row.memory.peak.pss],
  ['202 ms', (row) => row.uploadMs],
  ['p95 ms', (row) => row.answers.p95Ms],
  ['worst ms', (row) => row.answers.worstMs],
];

const CONDITIONS = [
  ['', (row) => row.name],
  ['server start', (row) => row.memory.start.server],
  ['peak', (row) => row.memory.peak.server],
  ['end MB', (row) => row.memory.end.server],
  ['out/in', (row) => row.bytesOutIn, 3],
  ['loop out/in', (row) => row.loop.bytesOutIn, 3],
  ['at once', (row) => row.origin.maxInFlight],
  ['requests', (row) => row.origin.requests],
  ['origin CPU s', (row) => row.origin.cpuS, 2],
  ['loops CPU s', (row) => `${row.loop.beforeCpuS.toFixed(2)} ${row.loop.afterCpuS.toFixed(2)}`],
  ['others CPU s', (row) => row.othersCpuS, 2],
  ['load', (row) => row.load, 2],
];

export function showPhotos({ rounds, median, allAnswers }) {
  const rows = [
    ...rounds.map((round, index) => ({ name: `round ${index + 1}`, ...round })),
    { name: 'median', ...median },
  ];
  return [
    '',
    ...table(COLUMNS, rows),
    '',
    ...table(CONDITIONS, rows),
    '',
    `GET /status while working, all rounds: ${allAnswers.answers} answers, p95 ${allAnswers.p95Ms.toFixed(0)} ms, worst ${allAnswers.worstMs.toFixed(0)} ms`,
    'CPU, RSS (shared pages counted in each process) and PSS are of the server and all its processes; the origin is not in them.',
  ];
}
