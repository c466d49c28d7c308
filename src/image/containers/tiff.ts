// The TIFF container (TIFF 6.0): the first image file directory, which is all that is read. Sizes, sample kinds, and
// whether there is anything in the file but the picture.
import { readExif } from '../metadata/exif.ts';
import {
  containerOf,
  corrupt,
  ImageProblem,
  type KeptMetadata,
  type Picture,
  partCounter,
  picture,
} from '../picture.ts';

const TAG = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  samplesPerPixel: 277,
  stripBytes: 279,
  artist: 315,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
  xmp: 700,
  copyright: 33432,
  iptc: 33723,
  icc: 34675,
  dngVersion: 50706,
} as const;

/** Tags that say how the pixels are stored and shown, and nothing else. */
const STRUCTURAL = new Set<number>([
  ...[
    254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 292, 293, 296,
    297,
  ],
  ...[
    317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 334, 336, 338, 339, 347, 512, 529, 530, 531, 532, 34675,
  ],
]);
/** Bytes per value of each field type; unknown ones count as bytes. */
const TYPE_BYTES = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
/** Bytes that may stand between the parts that are accounted for: alignment. */
const SLACK = 64;
/** Fields of a directory, strips or tiles, and pages, in one file before it is called damaged. */
const MAX_FIELDS = 1000;
/** A row each of three planes of 60,000 rows. */
const MAX_PARTS = 200_000;
const MAX_PAGES = 10_000;
/** Samples of one pixel: colours, alpha and masks. */
const MAX_SAMPLES = 64;
const JPEG_COMPRESSION = 7;
/** Made with JPEG inside: no default is common, cameras and scanners use high ones. Anything else is lossless. */
const ASSUMED_JPEG_QUALITY = 90;

/** PhotometricInterpretation of what decodes to the right colours; Lab, LogLuv and mosaics do not. */
const PHOTOMETRIC = { gray: [0, 1], cmyk: 5, read: [0, 1, 2, 3, 5, 6] };

interface Directory {
  tags: number[];
  /** How many numbers a field has: all of them lie in the file. 0 for one that is absent, or no whole numbers. */
  count(tag: number): number;
  /** One of them, or `missing` where there is none. They are read one by one: a file can hold millions. */
  number(tag: number, missing: number, index?: number): number;
  /** The bytes of a field, or null. */
  bytes(tag: number): Buffer | null;
  /** Bytes of the header, this directory and its out-of-line values, and where the last of these ends. */
  size: number;
  end: number;
  hasNext: boolean;
}

/** How numbers are read, by the byte order of the file. */
function numbersOf(input: Buffer) {
  const little = input[0] === 0x49;
  const u16 = (at: number) => (little ? input.readUInt16LE(at) : input.readUInt16BE(at));
  const u32 = (at: number) => (little ? input.readUInt32LE(at) : input.readUInt32BE(at));
  return { u16, u32 };
}

function directory(input: Buffer): Directory {
  const { u16, u32 } = numbersOf(input);
  const start = u32(4);
  const entries = u16(start);
  if (entries > MAX_FIELDS) throw corrupt('TIFF');
  const fields = new Map<number, { type: number; count: number; at: number }>();
  const directoryEnd = start + 2 + entries * 12;
  let size = 8 + 2 + entries * 12 + 4;
  let end = directoryEnd + 4;
  for (let entry = start + 2; entry < directoryEnd; entry += 12) {
    const type = u16(entry + 2);
    const count = u32(entry + 4);
    const length = count * (TYPE_BYTES[type] ?? 1);
    const at = length <= 4 ? entry + 8 : u32(entry + 8);
    // A value outside the file is as good as absent: the decoder decides whether it can live without it.
    if (at + length > input.length) continue;
    fields.set(u16(entry), { type, count, at });
    if (length <= 4) continue;
    size += length;
    end = Math.max(end, at + length);
  }
  const READ: Record<number, (at: number) => number> = { 1: (at) => input.readUInt8(at), 3: u16, 4: u32 };
  const numeric = (tag: number) => {
    const field = fields.get(tag);
    return field && READ[field.type] ? field : null;
  };
  return {
    tags: [...fields.keys()],
    size,
    end,
    hasNext: u32(directoryEnd) !== 0,
    count: (tag) => numeric(tag)?.count ?? 0,
    number(tag, missing, index = 0) {
      const field = numeric(tag);
      if (!field || index >= field.count) return missing;
      return READ[field.type]!(field.at + index * TYPE_BYTES[field.type]!);
    },
    bytes(tag) {
      const field = fields.get(tag);
      return field ? input.subarray(field.at, field.at + field.count * (TYPE_BYTES[field.type] ?? 1)) : null;
    },
  };
}

/** Only the first page is read, but the decoder follows the chain of all. */
function checkPages(input: Buffer): void {
  const { u16, u32 } = numbersOf(input);
  const count = partCounter('TIFF', MAX_PAGES);
  for (let at = u32(4); at !== 0 && at + 2 <= input.length; ) {
    count();
    const next = at + 2 + u16(at) * 12;
    at = next + 4 <= input.length ? u32(next) : 0;
  }
}

function read(input: Buffer): Picture {
  const found = directory(input);
  const { tags, count, number, bytes, size } = found;
  if (tags.includes(TAG.dngVersion) || (number(TAG.subfileType, 0) & 1) === 1)
    throw new ImageProblem('unsupported_format', 'Camera raw pictures cannot be read; export as JPEG');
  checkPages(input);
  const samples = number(TAG.samplesPerPixel, 1);
  const photometric = number(TAG.photometric, 1);
  /** Whether the numbers of a field for each sample, as far as there are any, are among these. */
  const each = (tag: number, allowed: number[]) => {
    for (let i = 0; i < Math.min(samples, count(tag)); i++)
      if (!allowed.includes(number(tag, 0, i))) return false;
    return true;
  };
  // Float, signed and Lab samples decode to black or white without any error, so they must not get that far.
  const plain =
    samples > 0 &&
    samples <= MAX_SAMPLES &&
    count(TAG.bitsPerSample) > 0 &&
    each(TAG.bitsPerSample, [8, 16]) &&
    each(TAG.sampleFormat, [1]) &&
    PHOTOMETRIC.read.includes(photometric);
  if (!plain)
    throw new ImageProblem(
      'unsupported_format',
      'Only TIFF with 8 or 16 bits per sample can be read; export as 8-bit RGB',
    );
  const width = number(TAG.width, 0);
  const height = number(TAG.height, 0);
  if (width === 0 || height === 0) throw corrupt('TIFF');
  return picture({
    format: 'tiff',
    width,
    height,
    // EXIF is a TIFF structure, and a TIFF file is one too: orientation, artist and copyright have the same tags.
    orientation: readExif(input).orientation,
    gray: PHOTOMETRIC.gray.includes(photometric),
    cmyk: photometric === PHOTOMETRIC.cmyk,
    alpha: count(TAG.extraSamples) > 0,
    icc: bytes(TAG.icc),
    exif: tags.includes(TAG.artist) || tags.includes(TAG.copyright) ? input : null,
    iptc: bytes(TAG.iptc),
    xmp: bytes(TAG.xmp),
    sourceQuality: number(TAG.compression, 0) === JPEG_COMPRESSION ? ASSUMED_JPEG_QUALITY : 100,
    metadataBytes: Math.max(0, input.length - size - pixels(found).bytes),
  });
}

/** Bytes of all strips or tiles, and where the last of them ends. @throws ImageProblem when there are too many. */
function pixels({ count, number }: Directory): { bytes: number; end: number } {
  let [bytes, end] = [0, 0];
  for (const [offsets, lengths] of [
    [TAG.stripOffsets, TAG.stripBytes],
    [TAG.tileOffsets, TAG.tileBytes],
  ] as const) {
    const parts = count(offsets);
    if (Math.max(parts, count(lengths)) > MAX_PARTS) throw corrupt('TIFF');
    for (let i = 0; i < parts; i++) {
      const length = number(lengths, 0, i);
      bytes += length;
      end = Math.max(end, number(offsets, 0, i) + length);
    }
  }
  return { bytes, end };
}

/**
 * A TIFF is a web of offsets, so nothing is cut out of it, only off its end: it is clean as it stands, or not at all. It
 * is when it has one page, only structural tags (and credits, if they may stay), and hardly a byte between its parts.
 */
function clean(input: Buffer, kept: KeptMetadata): Buffer | null {
  const found = directory(input);
  const credits: number[] = kept.exif ? [TAG.artist, TAG.copyright] : [];
  if (found.hasNext || !found.tags.every((tag) => STRUCTURAL.has(tag) || credits.includes(tag))) return null;
  const { bytes, end } = pixels(found);
  const last = Math.max(found.end, end);
  const between = Math.min(last, input.length) - found.size - bytes;
  return Math.abs(between) <= SLACK ? input.subarray(0, last) : null;
}

export const tiff = containerOf('TIFF', { read, clean });
