// What the kernel bench measured, as tables: one a group of sources, the Pareto, and what was refused.
import { mean, table } from './figures.mjs';

const sum = (values) => values.reduce((total, value) => total + value, 0);
const SCORES = ['psnr', 'lumaPsnr', 'ssim', 'msSsim'];
/** Of what the Pareto is held against at equal score. */
const YARDSTICK = { encoder: 'sharp', quality: 50 };

/** One row: an encoding over all pictures of a group, beside the reference encoding over the same ones. */
function rowOf(plan, reference, pictures) {
  const of = (name) => pictures.map(({ figures }) => figures[name]);
  const [mine, theirs] = [of(plan.name), of(reference.name)];
  const megapixels = sum(pictures.map((picture) => picture.megapixels));
  const total = (runs, field) => sum(runs.map((run) => run[field]));
  const gaps = (field) => mine.map((run, index) => run[field] - theirs[index][field]);
  return {
    ...plan,
    msPerMegapixel: total(mine, 'ms') / megapixels,
    cpuRatio: total(mine, 'ms') / total(theirs, 'ms'),
    bytes: total(mine, 'bytes'),
    bytesRatio: total(mine, 'bytes') / total(theirs, 'bytes'),
    worstBytesRatio: Math.max(...mine.map((run, index) => run.bytes / theirs[index].bytes)),
    mean: Object.fromEntries(SCORES.map((score) => [score, mean(mine.map((run) => run[score]))])),
    worst: Object.fromEntries(SCORES.map((score) => [score, Math.min(...mine.map((run) => run[score]))])),
    leastGap: Object.fromEntries(SCORES.map((score) => [score, Math.min(...gaps(score))])),
  };
}

const COLUMNS = [
  ['', (row) => row.label],
  ['ms/MP', (row) => row.msPerMegapixel, 2],
  ['x sharp', (row) => row.cpuRatio, 2],
  ['KB', (row) => row.bytes / 1000],
  ['x sharp', (row) => row.bytesRatio, 3],
  ['most', (row) => row.worstBytesRatio, 2],
  ['PSNR', (row) => row.mean.psnr, 2],
  ['worst', (row) => row.worst.psnr, 2],
  ['to sharp', (row) => row.leastGap.psnr, 2],
  ['luma', (row) => row.mean.lumaPsnr, 2],
  ['worst', (row) => row.worst.lumaPsnr, 2],
  ['SSIM', (row) => row.mean.ssim, 4],
  ['worst', (row) => row.worst.ssim, 4],
  ['to sharp', (row) => row.leastGap.ssim, 4],
  ['MS-SSIM', (row) => row.mean.msSsim, 4],
  ['worst', (row) => row.worst.msSsim, 4],
];

/** Groups of sources by subsampling and by whether they are progressive; all of them last, when there are several. */
export function groupsOf(pictures) {
  const names = [...new Set(pictures.map(({ group }) => group))].sort();
  const groups = names.map((name) => ({ name, pictures: pictures.filter(({ group }) => group === name) }));
  return groups.length > 1 ? [...groups, { name: 'all', pictures }] : groups;
}

function headOf({ name, pictures }) {
  const megapixels = sum(pictures.map((picture) => picture.megapixels));
  const bytesIn = sum(pictures.map((picture) => picture.bytesIn));
  return `${name}: ${pictures.length} sources, ${megapixels.toFixed(1)} MP, ${Math.round(bytesIn / 1000).toLocaleString('en')} KB`;
}

/** Bytes an encoder's curve would take at `target` of a score, log(bytes) going straight between its qualities. */
function bytesAt(rows, score, target) {
  const curve = rows.map((row) => [row.mean[score], Math.log(row.bytes)]).sort((a, b) => a[0] - b[0]);
  for (let index = 1; index < curve.length; index++) {
    const [[x0, y0], [x1, y1]] = [curve[index - 1], curve[index]];
    if (target >= x0 && target <= x1) return Math.exp(y0 + ((y1 - y0) * (target - x0)) / (x1 - x0));
  }
  return null;
}

function equalScores(rows) {
  const point = rows.find(
    ({ encoder, quality }) => encoder === YARDSTICK.encoder && quality === YARDSTICK.quality,
  );
  const lines = [...new Set(rows.map(({ encoder }) => encoder))].map((encoder) => {
    const own = rows.filter((row) => row.encoder === encoder);
    const at = (score) => bytesAt(own, score, point.mean[score]);
    return { encoder, ...Object.fromEntries(SCORES.map((score) => [score, at(score)])) };
  });
  const column = (head, score) => [
    head,
    (line) => (line[score] === null ? '-' : (line[score] / point.bytes).toFixed(3)),
  ];
  return [
    `bytes at the scores of ${point.name}, x its bytes:`,
    ...table(
      [
        ['', (line) => line.encoder],
        column('PSNR', 'psnr'),
        column('luma PSNR', 'lumaPsnr'),
        column('SSIM', 'ssim'),
        column('MS-SSIM', 'msSsim'),
      ],
      lines,
    ),
  ];
}

export function summarise({ plans, pictures }) {
  return groupsOf(pictures).map((group) => ({
    head: headOf(group),
    name: group.name,
    rows: plans.map((plan) => {
      const reference = plans.find(({ encoder, quality }) => encoder === 'sharp' && quality === plan.quality);
      return rowOf(plan, reference, group.pictures);
    }),
  }));
}

function showRefused(refused, pictures) {
  const counts = new Map();
  for (const { name, encoder, quality, reason, group } of refused) {
    const key = `${encoder} ${quality} refused, ${group}: ${reason}`;
    counts.set(key, [...(counts.get(key) ?? []), name]);
  }
  const lines = [...counts].map(
    ([key, names]) =>
      `${String(names.length).padStart(5)} ${key} (${names[0]}${names.length > 1 ? ', …' : ''})`,
  );
  const files = new Set(refused.map(({ name }) => name)).size;
  return [`${files} of ${files + pictures.length} sources were refused and are in no table`, ...lines];
}

export function showKernel(result) {
  const several = new Set(result.settings.qualities).size > 1;
  const label = (row) => (several ? row.name : row.encoder);
  return [
    ...summarise(result).flatMap(({ head, rows }) => [
      '',
      head,
      ...table(
        COLUMNS,
        rows.map((row) => ({ ...row, label: label(row) })),
      ),
      ...(several ? equalScores(rows) : []),
    ]),
    '',
    ...showRefused(result.refused, result.pictures),
    'PSNR over RGB in dB; SSIM over luma, 8x8 windows at full resolution; "worst" and "to sharp" are the worst single picture.',
  ];
}
