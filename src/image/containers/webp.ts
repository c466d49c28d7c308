// The WebP container (RFC 9649): reading the header, copying it clean, adding metadata.
import { readExif } from '../metadata/exif.ts';
import { containerOf, corrupt, type KeptMetadata, type Picture, partCounter, picture } from '../picture.ts';

/** `RIFF`, the size of what follows, `WEBP`. */
const HEAD_BYTES = 12;
const VP8X_BYTES = 10;
/** Chunks in one file before it is called damaged: one a frame, and a few. The decoder takes a second for more. */
const MAX_CHUNKS = 10_000;
/** Flags in the first byte of VP8X. */
const FLAG = { xmp: 0x04, exif: 0x08, alpha: 0x10 } as const;
/** Everything that paints, colours or times the picture; the rest is metadata or unknown. */
const KEPT = new Set(['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L']);
const EXIF_PREFIX = 'Exif\0\0';
/** What lossy WebP is assumed to have been made with: the default of most tools is 75-80, and the file does not say. */
const ASSUMED_QUALITY = 80;

interface Chunk {
  type: string;
  start: number;
  data: Buffer;
  /** Past the padding byte that odd data has. */
  end: number;
}

/** Chunks within the size that RIFF declares. What is behind it is not the picture. */
function* chunks(input: Buffer, from = HEAD_BYTES): Generator<Chunk> {
  const limit = 8 + input.readUInt32LE(4);
  if (limit > input.length) throw corrupt('WebP');
  const count = partCounter('WebP', MAX_CHUNKS);
  for (let start = from; start + 8 <= limit; ) {
    count();
    const size = input.readUInt32LE(start + 4);
    const dataEnd = start + 8 + size;
    if (dataEnd > limit) throw corrupt('WebP');
    const end = Math.min(limit, dataEnd + (size & 1));
    yield {
      type: input.toString('latin1', start, start + 4),
      start,
      data: input.subarray(start + 8, dataEnd),
      end,
    };
    start = end;
  }
}

interface Size {
  width: number;
  height: number;
  alpha: boolean;
}

/** Where each kind of chunk says how large it is. */
const SIZE: Record<string, (data: Buffer) => Size> = {
  VP8X: (data) => ({
    width: 1 + data.readUIntLE(4, 3),
    height: 1 + data.readUIntLE(7, 3),
    alpha: (data.readUInt8(0) & FLAG.alpha) !== 0,
  }),
  // Three bytes of frame tag, three of start code, then 14 bits of size and 2 of scaling each (RFC 6386 9.1).
  'VP8 ': (data) => ({
    width: data.readUInt16LE(6) & 0x3fff,
    height: data.readUInt16LE(8) & 0x3fff,
    alpha: false,
  }),
  // A signature byte, then 14 bits of width - 1, 14 of height - 1 and the alpha hint (RFC 9649 3.4).
  VP8L: (data) => {
    const bits = data.readUInt32LE(1);
    return {
      width: 1 + (bits & 0x3fff),
      height: 1 + ((bits >>> 14) & 0x3fff),
      alpha: ((bits >>> 28) & 1) === 1,
    };
  },
};

function read(input: Buffer): Picture {
  const found = picture({ format: 'webp', width: 0, height: 0, sourceQuality: ASSUMED_QUALITY });
  let frames = 0;
  for (const { type, data, start, end } of chunks(input)) {
    const size = SIZE[type]?.(data);
    if (size) {
      // A bitstream larger than its canvas is damaged, but the limit on pixels must hold for the larger.
      found.width = Math.max(found.width, size.width);
      found.height = Math.max(found.height, size.height);
      found.alpha ||= size.alpha;
      if (type === 'VP8L') found.sourceQuality = 100;
    } else if (type === 'ANMF') frames++;
    else if (type === 'ICCP') found.icc ??= data;
    else if (!KEPT.has(type)) {
      found.metadataBytes += end - start;
      // A file may have one of each (RFC 9649 2.7): further ones are not looked at.
      if (type === 'EXIF' && !found.exif) {
        // Some writers copy JPEG's prefix along.
        found.exif = data.toString('latin1', 0, 6) === EXIF_PREFIX ? data.subarray(6) : data;
        found.orientation = readExif(found.exif).orientation;
      } else if (type === 'XMP ') found.xmp ??= data;
    }
  }
  if (found.width === 0 || found.height === 0) throw corrupt('WebP');
  found.frames = Math.max(1, frames);
  return found;
}

function clean(input: Buffer, kept: KeptMetadata): Buffer {
  const parts: Buffer[] = [];
  for (const { type, start, end } of chunks(input))
    if (KEPT.has(type)) parts.push(input.subarray(start, end));
  return assemble(input, parts, kept);
}

function add(encoded: Buffer, kept: KeptMetadata): Buffer {
  return assemble(
    encoded,
    [...chunks(encoded)].map(({ start, end }) => encoded.subarray(start, end)),
    kept,
  );
}

/** Whole chunks -> a file. Metadata needs the extended format, whose VP8X chunk names what is there and comes first. */
function assemble(source: Buffer, parts: Buffer[], { exif, xmp }: KeptMetadata): Buffer {
  const extended = parts[0]?.toString('latin1', 0, 4) === 'VP8X';
  const header = Buffer.from(extended && parts[0] ? parts[0] : exif || xmp ? extendedHeader(source) : []);
  if (header.length > 0) {
    const flags = header.readUInt8(8) & ~(FLAG.exif | FLAG.xmp);
    header.writeUInt8(flags | (exif ? FLAG.exif : 0) | (xmp ? FLAG.xmp : 0), 8);
  }
  const body = [
    header,
    ...(extended ? parts.slice(1) : parts),
    ...(exif ? [chunkOf('EXIF', exif)] : []),
    ...(xmp ? [chunkOf('XMP ', xmp)] : []),
  ];
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + body.reduce((sum, part) => sum + part.length, 0), 4);
  return Buffer.concat([head, ...body]);
}

function extendedHeader(source: Buffer): Buffer {
  const { width, height, alpha } = read(source);
  const data = Buffer.alloc(VP8X_BYTES);
  data.writeUInt8(alpha ? FLAG.alpha : 0, 0);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return chunkOf('VP8X', data);
}

function chunkOf(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(8 + data.length + (data.length & 1));
  chunk.write(type, 'latin1');
  chunk.writeUInt32LE(data.length, 4);
  data.copy(chunk, 8);
  return chunk;
}

export const webp = containerOf('WebP', { read, clean, add });
