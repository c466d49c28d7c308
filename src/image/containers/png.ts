// The PNG container (W3C PNG, third edition): reading the header, copying it clean, adding metadata. Knows APNG.
import { crc32, inflateSync } from 'node:zlib';
import { readExif } from '../metadata/exif.ts';
import { containerOf, corrupt, type KeptMetadata, type Picture, partCounter, picture } from '../picture.ts';

const SIGNATURE_BYTES = 8;
/** Length, type and CRC around a chunk's data. */
const OVERHEAD = 12;
/** Chunks in one file before it is called damaged. Pixels of 50 MB in pieces of 4 kB have a tenth of it. */
const MAX_CHUNKS = 100_000;
/** A profile that inflates to more is no profile: the largest real ones (CMYK press profiles) stay below. */
const MAX_ICC = 4 * 1024 * 1024;
const XMP_KEYWORD = 'XML:com.adobe.xmp\0';

/** Ancillary chunks that a clean copy keeps: colour, transparency, pixel shape, animation. */
const KEPT = new Set([
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'cICP',
  'mDCV',
  'cLLI',
  'sBIT',
  'bKGD',
  'pHYs',
  'sPLT',
  'hIST',
  'acTL',
  'fcTL',
  'fdAT',
]);

interface Chunk {
  type: string;
  start: number;
  data: Buffer;
  end: number;
}

/** Chunks up to and with IEND. @throws ImageProblem when the file ends before it, or has too many. */
function* chunks(input: Buffer): Generator<Chunk> {
  const count = partCounter('PNG', MAX_CHUNKS);
  for (let start = SIGNATURE_BYTES; ; ) {
    count();
    if (start + OVERHEAD > input.length) throw corrupt('PNG');
    const end = start + OVERHEAD + input.readUInt32BE(start);
    if (end > input.length) throw corrupt('PNG');
    const type = input.toString('latin1', start + 4, start + 8);
    yield { type, start, data: input.subarray(start + 8, end - 4), end };
    if (type === 'IEND') return;
    start = end;
  }
}

/**
 * PNG is lossless, so `sourceQuality` is 100. A file may have one profile and one eXIf: only the first of each is looked at,
 * since inflating thousands of profiles takes seconds.
 */
function read(input: Buffer): Picture {
  let found: Picture | null = null;
  let profiled = false;
  for (const { type, data, start, end } of chunks(input)) {
    if (type === 'IHDR') {
      if (found) throw corrupt('PNG');
      const colourType = data.readUInt8(9);
      found = picture({
        format: 'png',
        width: data.readUInt32BE(0),
        height: data.readUInt32BE(4),
        gray: colourType === 0 || colourType === 4,
        alpha: colourType >= 4,
        sourceQuality: 100,
      });
    }
    // IHDR must come first.
    if (!found) throw corrupt('PNG');
    if (type === 'tRNS') found.alpha = true;
    else if (type === 'acTL') {
      found.frames = Math.max(1, data.readUInt32BE(0));
      found.hiddenFrames = found.frames > 1;
    } else if (type === 'iCCP') {
      if (!profiled) found.icc = profileOf(data);
      profiled = true;
    } else if (isAncillary(type) && !KEPT.has(type)) {
      found.metadataBytes += end - start;
      if (type === 'eXIf' && !found.exif) {
        found.exif = data;
        found.orientation = readExif(data).orientation;
      } else if (type === 'iTXt') found.xmp ??= xmpOf(data);
    }
  }
  if (!found || found.width === 0 || found.height === 0) throw corrupt('PNG');
  return found;
}

/** Bit 5 of the first letter: a reader may ignore the chunk. */
const isAncillary = (type: string): boolean => (type.charCodeAt(0) & 0x20) !== 0;

/** iCCP: name NUL, compression method, zlib stream. Null when damaged, or a bomb. */
function profileOf(data: Buffer): Buffer | null {
  const name = data.indexOf(0);
  if (name < 0 || name > 79) return null;
  try {
    return inflateSync(data.subarray(name + 2), { maxOutputLength: MAX_ICC });
  } catch {
    return null;
  }
}

/** iTXt: keyword NUL, compression flag and method, language NUL, translated keyword NUL, text. Only uncompressed XMP is read. */
function xmpOf(data: Buffer): Buffer | null {
  const head = XMP_KEYWORD.length;
  if (data.toString('latin1', 0, head) !== XMP_KEYWORD || data[head] !== 0) return null;
  const language = data.indexOf(0, head + 2);
  const keyword = language < 0 ? -1 : data.indexOf(0, language + 1);
  return keyword < 0 ? null : data.subarray(keyword + 1);
}

/** Ends at IEND. Critical chunks and `KEPT` stay byte for byte; a colour profile that cannot be read, or is not the first, goes. */
function clean(input: Buffer, kept: KeptMetadata): Buffer {
  const parts = [input.subarray(0, SIGNATURE_BYTES)];
  let profiled = false;
  for (const { type, start, data, end } of chunks(input)) {
    if (isAncillary(type) && !KEPT.has(type)) continue;
    if (type === 'iCCP') {
      const first = !profiled;
      profiled = true;
      if (!first || !profileOf(data)) continue;
    }
    // Such a copy may never have been decoded (APNG), so the sums are the only proof that it is whole.
    if (crc32(input.subarray(start + 4, end - 4)) !== input.readUInt32BE(end - 4)) throw corrupt('PNG');
    parts.push(input.subarray(start, end));
    if (type === 'IHDR') parts.push(...metadataChunks(kept));
  }
  return Buffer.concat(parts);
}

function add(encoded: Buffer, kept: KeptMetadata): Buffer {
  // Right behind IHDR, which is always 13 bytes.
  const at = SIGNATURE_BYTES + OVERHEAD + 13;
  return Buffer.concat([encoded.subarray(0, at), ...metadataChunks(kept), encoded.subarray(at)]);
}

/** PNG has no place for IPTC records that readers agree on: they are left out. */
function metadataChunks({ exif, xmp }: KeptMetadata): Buffer[] {
  const text = xmp && Buffer.concat([Buffer.from(`${XMP_KEYWORD}\0\0\0\0`, 'latin1'), xmp]);
  return [...(exif ? [chunkOf('eXIf', exif)] : []), ...(text ? [chunkOf('iTXt', text)] : [])];
}

function chunkOf(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(OVERHEAD + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

export const png = containerOf('PNG', { read, clean, add });
