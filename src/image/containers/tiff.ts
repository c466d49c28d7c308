// The TIFF container (TIFF 6.0): the first image file directory, which is all that is read. Sizes, sample kinds, and
// whether there is anything in the file but the picture.
import { readExif } from '../metadata/exif.ts';
import { type Container, ImageProblem, type KeptMetadata, type Picture, picture } from '../picture.ts';

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
const JPEG_COMPRESSION = 7;
/** Made with JPEG inside: no default is common, cameras and scanners use high ones. Anything else is lossless. */
const ASSUMED_JPEG_QUALITY = 90;

/** PhotometricInterpretation of what decodes to the right colours; Lab, LogLuv and mosaics do not. */
const PHOTOMETRIC = { gray: [0, 1], cmyk: 5, read: [0, 1, 2, 3, 5, 6] };

interface Directory {
  tags: number[];
  /** The numbers of a field, or []. At most as many as fit the file. */
  numbers(tag: number): number[];
  /** The bytes of a field, or null. */
  bytes(tag: number): Buffer | null;
  /** Bytes of the header, this directory and its out-of-line values, and where the last of these ends. */
  size: number;
  end: number;
  hasNext: boolean;
}

function directory(input: Buffer): Directory {
  const little = input[0] === 0x49;
  const u16 = (at: number) => (little ? input.readUInt16LE(at) : input.readUInt16BE(at));
  const u32 = (at: number) => (little ? input.readUInt32LE(at) : input.readUInt32BE(at));
  const start = u32(4);
  const count = u16(start);
  const fields = new Map<number, { type: number; count: number; at: number }>();
  let size = 8 + 2 + count * 12 + 4;
  let end = start + 2 + count * 12 + 4;
  for (let entry = start + 2; entry < start + 2 + count * 12; entry += 12) {
    const type = u16(entry + 2);
    const values = u32(entry + 4);
    const length = values * (TYPE_BYTES[type] ?? 1);
    const at = length <= 4 ? entry + 8 : u32(entry + 8);
    // A value outside the file is as good as absent: the decoder decides whether it can live without it.
    if (at + length > input.length) continue;
    fields.set(u16(entry), { type, count: values, at });
    if (length <= 4) continue;
    size += length;
    end = Math.max(end, at + length);
  }
  const READ: Record<number, (at: number) => number> = { 1: (at) => input.readUInt8(at), 3: u16, 4: u32 };
  return {
    tags: [...fields.keys()],
    size,
    end,
    hasNext: u32(start + 2 + count * 12) !== 0,
    numbers(tag) {
      const field = fields.get(tag);
      const read = field && READ[field.type];
      if (!field || !read) return [];
      return Array.from({ length: field.count }, (_, i) =>
        read(field.at + i * (TYPE_BYTES[field.type] ?? 1)),
      );
    },
    bytes(tag) {
      const field = fields.get(tag);
      return field ? input.subarray(field.at, field.at + field.count * (TYPE_BYTES[field.type] ?? 1)) : null;
    },
  };
}

function read(input: Buffer): Picture {
  const { numbers, bytes, tags, size } = directory(input);
  if (tags.includes(TAG.dngVersion) || ((numbers(TAG.subfileType)[0] ?? 0) & 1) === 1)
    throw new ImageProblem('unsupported_format', 'Camera raw pictures cannot be read; export as JPEG');
  const samples = numbers(TAG.samplesPerPixel)[0] ?? 1;
  const depths = numbers(TAG.bitsPerSample).slice(0, samples);
  const kinds = numbers(TAG.sampleFormat).slice(0, samples);
  const photometric = numbers(TAG.photometric)[0] ?? 1;
  // Float, signed and Lab samples decode to black or white without any error, so they must not get that far.
  const plain =
    depths.length > 0 &&
    depths.every((bits) => bits === 8 || bits === 16) &&
    kinds.every((kind) => kind === 1) &&
    PHOTOMETRIC.read.includes(photometric);
  if (!plain)
    throw new ImageProblem(
      'unsupported_format',
      'Only TIFF with 8 or 16 bits per sample can be read; export as 8-bit RGB',
    );
  const width = numbers(TAG.width)[0] ?? 0;
  const height = numbers(TAG.height)[0] ?? 0;
  if (width === 0 || height === 0) throw new ImageProblem('corrupt_image', 'The TIFF is damaged or cut off');
  return picture({
    format: 'tiff',
    width,
    height,
    // EXIF is a TIFF structure, and a TIFF file is one too: orientation, artist and copyright have the same tags.
    orientation: readExif(input).orientation,
    gray: PHOTOMETRIC.gray.includes(photometric),
    cmyk: photometric === PHOTOMETRIC.cmyk,
    alpha: numbers(TAG.extraSamples).length > 0,
    icc: bytes(TAG.icc),
    exif: tags.includes(TAG.artist) || tags.includes(TAG.copyright) ? input : null,
    iptc: bytes(TAG.iptc),
    xmp: bytes(TAG.xmp),
    sourceQuality: numbers(TAG.compression)[0] === JPEG_COMPRESSION ? ASSUMED_JPEG_QUALITY : 100,
    metadataBytes: Math.max(0, input.length - size - pixelBytes(numbers)),
  });
}

/** The strips or tiles, as [offset, bytes] pairs. */
function pixelParts(numbers: Directory['numbers']): [number, number][] {
  const offsets = [...numbers(TAG.stripOffsets), ...numbers(TAG.tileOffsets)];
  const counts = [...numbers(TAG.stripBytes), ...numbers(TAG.tileBytes)];
  return offsets.map((offset, i) => [offset, counts[i] ?? 0]);
}

const pixelBytes = (numbers: Directory['numbers']): number =>
  pixelParts(numbers).reduce((sum, [, bytes]) => sum + bytes, 0);

/**
 * A TIFF is a web of offsets, so nothing is cut out of it, only off its end: it is clean as it stands, or not at all. It
 * is when it has one page, only structural tags (and credits, if they may stay), and hardly a byte between its parts.
 */
function clean(input: Buffer, kept: KeptMetadata): Buffer | null {
  const { tags, hasNext, numbers, size, end } = directory(input);
  const credits: number[] = kept.exif ? [TAG.artist, TAG.copyright] : [];
  if (hasNext || !tags.every((tag) => STRUCTURAL.has(tag) || credits.includes(tag))) return null;
  const parts = pixelParts(numbers);
  const last = parts.reduce((furthest, [offset, bytes]) => Math.max(furthest, offset + bytes), end);
  const between = Math.min(last, input.length) - size - pixelBytes(numbers);
  return Math.abs(between) <= SLACK ? input.subarray(0, last) : null;
}

export const tiff: Container = { read, clean };
