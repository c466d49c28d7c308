// `npm run bench -- --small N`: many tiny images. What is measured is everything but the image work, and whether memory
// grows with the number of images.
import { table } from './figures.mjs';
import { measureFlow } from './flow.mjs';
import { listPictures, thumbnails } from './pictures.mjs';
import { startTool } from './tool.mjs';

const PICTURES = 50;
const EVERY_MS = 10_000;
const MILESTONES = [0, 1_000, 10_000, 100_000, 1_000_000];

export async function runSmall({ images, latency, server, report }) {
  const folder = await thumbnails(PICTURES, report);
  const origin = await startTool('./origin.mjs', folder, latency);
  const looks = [];
  const milestones = MILESTONES.filter((count) => count <= images);
  if (!milestones.includes(images)) milestones.push(images);
  let meter;
  let began;
  let lookedAt = 0;

  /** A line of the table: at the start, every ten seconds and at round numbers of images. */
  async function look({ images: { processed } }) {
    const milestone = milestones[0] <= processed;
    if (!milestone && Date.now() - lookedAt < EVERY_MS) return;
    lookedAt = Date.now();
    while (milestones[0] <= processed) milestones.shift();
    const memory = await meter.now();
    const line = { seconds: (Date.now() - began) / 1000, processed, milestone, ...memory };
    looks.push(line);
    report(`${line.seconds.toFixed(0)} s: ${processed} processed, server ${memory.server.toFixed(0)} MB`);
  }

  const flow = await measureFlow({
    origin,
    images,
    pictures: listPictures(folder).length,
    server,
    onStart: (started) => {
      meter = started;
      began = Date.now();
    },
    onStatus: (status) => void look(status).catch(() => {}),
  });
  await origin.stop();
  const { times, ...answers } = flow.answers;
  return { settings: { images, latency }, ...flow, answers, looks };
}

const COLUMNS = [
  ['s', (row) => row.seconds],
  ['processed', (row) => row.processed],
  ['server RSS MB', (row) => row.server, 1],
  ['tree RSS MB', (row) => row.rss, 1],
  ['tree PSS MB', (row) => row.pss, 1],
  ['', (row) => (row.milestone ? '*' : '')],
];

export function showSmall({ settings, looks, memory, answers, ...flow }) {
  return [
    '',
    ...table(COLUMNS, looks),
    '',
    `${settings.images} images in ${flow.wallS.toFixed(1)} s: ${flow.imagesPerS.toFixed(0)} images/s, CPU ${flow.cpuS.toFixed(1)} s (${((flow.cpuS / settings.images) * 1000).toFixed(2)} ms/image), 202 after ${flow.uploadMs.toFixed(0)} ms`,
    `server RSS: start ${memory.start.server.toFixed(0)}, peak ${memory.peak.server.toFixed(0)}, end ${memory.end.server.toFixed(0)} MB`,
    `GET /status: ${answers.answers} answers, p95 ${answers.p95Ms.toFixed(0)} ms, worst ${answers.worstMs.toFixed(0)} ms`,
    `origin CPU ${flow.origin.cpuS.toFixed(1)} s (not counted), others ${flow.othersCpuS.toFixed(1)} s`,
  ];
}
