// `npm run bench -- --kernel`: the JPEG kernel against sharp's decode and encode, over a folder of photographs. One
// process, the encoders in turn on every picture, CPU time of the whole process; then how like each result is to its source.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { loadEncoders, Refused, versions } from './encoders.mjs';
import { median } from './figures.mjs';
import { dressed, jpegKind } from './jpeg-kind.mjs';
import { decodePixels, likeness } from './likeness.mjs';
import { listPictures, photos } from './pictures.mjs';

const PARETO = [30, 40, 50, 60, 70, 80];
/** Pictures that are put through everything before anything counts, so that the engine's compilers are done. */
const WARM_UP = 12;

/** CPU milliseconds of one encoding, every thread of the process counted, and what came of it. */
async function timed(encode, input, quality) {
  const before = process.cpuUsage();
  let data = null;
  let refusal = null;
  try {
    data = await encode(input, quality);
  } catch (error) {
    refusal = error instanceof Refused ? error.message : `threw: ${error.message}`;
  }
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, data, refusal };
}

function readPicture(file) {
  const input = readFileSync(file);
  const kind = jpegKind(input);
  if (kind === null) return null;
  const megapixels = (kind.width * kind.height) / 1e6;
  const group = `${kind.subsampling}${kind.progressive ? ' progressive' : ''}`;
  return { name: basename(file), input, group, megapixels, runs: new Map() };
}

/** Every encoder at every quality on every picture, the order turned by one each time. */
async function runRound(pictures, plans, keep) {
  for (const [index, picture] of pictures.entries()) {
    for (let turn = 0; turn < plans.length; turn++) {
      const plan = plans[(turn + index) % plans.length];
      const { ms, data, refusal } = await timed(plan.encode, picture.input, plan.quality);
      if (!keep) continue;
      const run = picture.runs.get(plan.name) ?? { times: [], data, refusal };
      run.times.push(ms);
      picture.runs.set(plan.name, run);
    }
  }
}

/** Figures of one picture; null when an encoder refused it, for then there is nothing to compare. */
async function judge(picture, plans) {
  const runs = plans.map((plan) => ({ plan, ...picture.runs.get(plan.name) }));
  const refusals = runs.filter((run) => run.refusal !== null);
  if (refusals.length > 0) return { refusals };
  const source = await decodePixels(picture.input);
  const figures = new Map();
  for (const { plan, times, data } of runs) {
    const shown = plan.bare ? dressed(data, picture.input) : data;
    const alike = likeness(source, await decodePixels(shown));
    figures.set(plan.name, { ms: median(times), bytes: data.length, ...alike });
    picture.runs.delete(plan.name);
  }
  return { refusals, figures };
}

export async function runKernel({ folder, distinct, quality, pareto, rounds, transcoder, report }) {
  const source = folder ?? (await photos(distinct, report));
  const pictures = listPictures(source, { recursive: true }).map(readPicture).filter(Boolean);
  if (pictures.length === 0) throw new Error(`there is no JPEG in ${source}`);
  const encoders = await loadEncoders({ transcoder });
  const plans = (pareto ? PARETO : [quality]).flatMap((q) =>
    encoders.map(({ name, ...encoder }) => ({ ...encoder, name: `${name} ${q}`, encoder: name, quality: q })),
  );
  report(`${pictures.length} pictures in ${source}, ${plans.length} encodings of each, ${rounds} round(s)`);
  await runRound(pictures.slice(0, WARM_UP), plans, false);
  for (let round = 1; round <= rounds; round++) {
    await runRound(pictures, plans, true);
    report(`round ${round} done`);
  }
  const [judged, refused] = [[], []];
  for (const { name, group, megapixels, ...picture } of pictures) {
    const { refusals, figures } = await judge(picture, plans);
    if (figures) judged.push({ name, group, megapixels, bytesIn: picture.input.length, figures });
    for (const { plan, refusal } of refusals) {
      refused.push({ name, group, encoder: plan.encoder, quality: plan.quality, reason: refusal });
    }
  }
  report('compared');
  return {
    settings: { folder: source, pictures: pictures.length, qualities: plans.map((p) => p.quality), rounds },
    versions: versions(),
    plans: plans.map(({ name, encoder, quality: q }) => ({ name, encoder, quality: q })),
    pictures: judged.map(({ figures, ...picture }) => ({ ...picture, figures: Object.fromEntries(figures) })),
    refused,
  };
}
