// `node bench/corpus.mjs --folder DIR`: every JPEG below a folder (somebody's test suite) through the kernel, held against
// what sharp makes of it. Ends with 1 when an accepted one does not decode, has another size, orientation or colour, or is
// less like its source than sharp's own result.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadEncoders, Refused } from './encoders.mjs';
import { table } from './figures.mjs';
import { dressed, jpegKind } from './jpeg-kind.mjs';
import { decodePixels, likeness } from './likeness.mjs';

const USAGE = `Usage: node bench/corpus.mjs --folder DIR [options]

  --folder DIR       looked through with all below it
  --quality Q        (50)
  --transcoder FILE  transcode.js of another build
`;
/** How far a result may be behind sharp's own: PSNR in dB, and the mean of a colour in levels. */
const BEHIND_DB = 0.5;
const COLOUR_OFF = 1.5;
/** Larger ones are not decoded. */
const MAX_PIXELS = 100e6;

const messageOf = (error) => error.message.split('\n')[0];

/** Files that begin as a JPEG does, whatever they are called. */
function* jpegsBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* jpegsBelow(path);
    else if (entry.isFile()) {
      const input = readFileSync(path);
      if (input.length > 2 && input.readUInt16BE(0) === 0xffd8) yield { path, input };
    }
  }
}

/** Mean of each channel of one against the other, the largest distance. */
function colourDistance(one, other) {
  const means = [one, other].map(({ data, channels }) => {
    const sums = new Array(channels).fill(0);
    for (let at = 0; at < data.length; at++) sums[at % channels] += data[at];
    return sums.map((sum) => (sum * channels) / data.length);
  });
  return Math.max(...means[0].map((value, channel) => Math.abs(value - means[1][channel])));
}

/** Holds `result` against `input`, and that against how sharp's own does; all as they are shown. */
async function compare(input, result, own) {
  const source = await decodePixels(input);
  await decodePixels(result, { failOn: 'warning' });
  const mine = await decodePixels(dressed(result, input));
  if (source.width !== mine.width || source.height !== mine.height) {
    return { faults: [`${mine.width}x${mine.height} instead of ${source.width}x${source.height}`] };
  }
  const theirs = await decodePixels(own);
  const [psnr, sharpPsnr] = [mine, theirs].map((picture) => likeness(source, picture).psnr);
  const [colour, sharpColour] = [mine, theirs].map((picture) => colourDistance(source, picture));
  const faults = [];
  if (psnr < sharpPsnr - BEHIND_DB)
    faults.push(
      `PSNR ${psnr.toFixed(2)}, sharp's ${sharpPsnr.toFixed(2)} (${result.length} and ${own.length} bytes)`,
    );
  if (colour > sharpColour + COLOUR_OFF)
    faults.push(`colour off by ${colour.toFixed(1)} levels, sharp's by ${sharpColour.toFixed(1)}`);
  return { faults, psnr, sharpPsnr };
}

async function check({ path, input }, [bySharp, , kernel], quality) {
  const kind = jpegKind(input);
  if (kind && kind.width * kind.height > MAX_PIXELS) {
    return { path, kind: 'too large to compare', faults: [] };
  }
  const own = await bySharp.encode(input, quality).catch((error) => ({ error: messageOf(error) }));
  const line = {
    path,
    kind: kind ? `${kind.subsampling}${kind.progressive ? ' progressive' : ''}` : 'no frame',
  };
  let result;
  try {
    result = Buffer.from(kernel.encode(input, quality));
  } catch (error) {
    if (!(error instanceof Refused)) return { ...line, faults: [`threw: ${error.stack}`] };
    const refused = `${error.message} (sharp ${own.error ? 'does not read it either' : 'reads it'})`;
    return { ...line, refused, sharpSays: own.error ?? '', faults: [] };
  }
  if (own.error) return { ...line, faults: [`accepted, but sharp says: ${own.error}`] };
  try {
    const compared = await compare(input, result, own);
    return { ...line, bytes: input.length, mine: result.length, theirs: own.length, ...compared };
  } catch (error) {
    return { ...line, faults: [`the result does not decode: ${messageOf(error)}`] };
  }
}

const COLUMNS = [
  ['kind', (row) => row.kind],
  ['files', (row) => row.lines.length],
  ['refused', (row) => row.lines.filter((line) => line.refused).length],
  ['wrong', (row) => row.lines.filter((line) => line.faults.length > 0).length],
  ['KB', (row) => row.sum('bytes') / 1000],
  ['sharp KB', (row) => row.sum('theirs') / 1000],
  ['kernel KB', (row) => row.sum('mine') / 1000],
  ['sharp PSNR', (row) => row.mean('sharpPsnr'), 2],
  ['kernel PSNR', (row) => row.mean('psnr'), 2],
];

function rowOf(kind, lines) {
  const compared = lines.filter((line) => line.psnr !== undefined);
  const sum = (field) => compared.reduce((total, line) => total + line[field], 0);
  return { kind, lines, sum, mean: (field) => sum(field) / Math.max(1, compared.length) };
}

function show(lines) {
  const kinds = [...new Set(lines.map(({ kind }) => kind))].sort();
  const counted = (texts) => {
    const counts = new Map();
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
    return [...counts]
      .sort((a, b) => b[1] - a[1])
      .map(([text, count]) => `${String(count).padStart(5)} ${text}`);
  };
  return [
    ...lines.flatMap(({ path, faults }) => faults.map((fault) => `WRONG ${path}: ${fault}`)),
    ...lines
      .filter(({ refused }) => refused)
      .map(({ path, kind, refused, sharpSays }) => `refused ${path} (${kind}): ${refused} ${sharpSays}`),
    '',
    ...table(
      COLUMNS,
      [...kinds, 'all'].map((kind) =>
        rowOf(
          kind,
          lines.filter((line) => kind === 'all' || line.kind === kind),
        ),
      ),
    ),
    ...counted(
      lines.flatMap(({ refused }) =>
        refused ? [`refused: ${refused.replace(/0x[0-9a-f]+|\d+/gi, '#')}`] : [],
      ),
    ),
  ];
}

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    quality: { type: 'string', default: '50' },
    transcoder: { type: 'string' },
  },
});
if (!values.folder) {
  process.stderr.write(USAGE);
  process.exitCode = 1;
} else {
  const encoders = await loadEncoders({ transcoder: values.transcoder });
  const lines = [];
  for (const file of jpegsBelow(values.folder))
    lines.push(await check(file, encoders, Number(values.quality)));
  process.stdout.write(`${show(lines).join('\n')}\n`);
  if (lines.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}
