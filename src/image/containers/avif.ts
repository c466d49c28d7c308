// The AVIF container (ISO/IEC 14496-12, 23008-12, AV1 Image File Format): reading sizes and metadata items. Offsets in
// it are absolute, so a clean copy keeps every byte in place and blanks what must go.
import {
  containerOf,
  corrupt,
  ImageProblem,
  type KeptMetadata,
  type Picture,
  partCounter,
  picture,
} from '../picture.ts';

/** What AVIF is assumed to have been made with: common encoders' defaults lie at 50-65, and the file does not say. */
const ASSUMED_QUALITY = 60;
/** Boxes that hold boxes on the way to what is looked for. */
const CONTAINERS = new Set(['iprp', 'ipco', 'moov', 'trak', 'mdia']);
/** Boxes of free text, places and private data. */
const BLANKED = new Set(['udta', 'uuid', 'free', 'skip']);
/** Boxes that a file is made of at its top. Bytes of any other type are not part of the picture. */
const TOP = new Set(['ftyp', 'meta', 'mdat', 'moov', 'moof', 'mfra', 'sidx', 'free', 'skip', 'uuid']);
/** Boxes and extents of items in one file before it is called damaged; a camera's grid of tiles has a few hundred. */
const MAX_PARTS = 20_000;
/** Boxes within boxes: ipco and mdia lie three deep. */
const MAX_DEPTH = 6;

interface Box {
  type: string;
  /** Offsets of the size field, of the content and of the byte after the box. */
  start: number;
  body: number;
  end: number;
}

/** All boxes between two offsets, those of CONTAINERS and `meta` opened, in file order. */
function* boxes(input: Buffer, from: number, to: number, count: () => void, depth = 0): Generator<Box> {
  for (let start = from; start + 8 <= to; ) {
    count();
    if (depth > MAX_DEPTH) throw corrupt('AVIF');
    const type = input.toString('latin1', start + 4, start + 8);
    const short = input.readUInt32BE(start);
    const body = start + (short === 1 ? 16 : 8);
    // 1: a 64-bit size follows; 0: to the end of the file.
    const size = short === 1 ? Number(input.readBigUInt64BE(start + 8)) : short === 0 ? to - start : short;
    const end = start + size;
    if (end < body || end > to) throw corrupt('AVIF');
    yield { type, start, body, end };
    // meta is a full box: four bytes of version and flags come before its boxes.
    if (CONTAINERS.has(type) || type === 'meta')
      yield* boxes(input, type === 'meta' ? body + 4 : body, end, count, depth + 1);
    start = end;
  }
}

/** Where the file's boxes end; what follows is no box and not the picture. */
function boxesEnd(input: Buffer): number {
  const count = partCounter('AVIF', MAX_PARTS);
  let end = 0;
  while (end + 8 <= input.length) {
    count();
    const type = input.toString('latin1', end + 4, end + 8);
    const short = input.readUInt32BE(end);
    const size =
      short === 1 && end + 16 <= input.length
        ? Number(input.readBigUInt64BE(end + 8))
        : short || input.length - end;
    if (!TOP.has(type) || size < 8) break;
    if (end + size > input.length) throw corrupt('AVIF');
    end += size;
  }
  return end;
}

/** Bytes of the file, as [start, end) pairs, and which item they are. */
interface Item {
  kind: 'Exif' | 'XMP';
  extents: [number, number][];
}

interface Found {
  picture: Picture;
  items: Item[];
  blanked: Box[];
}

function walk(input: Buffer): Found {
  const found = picture({ format: 'avif', width: 0, height: 0, sourceQuality: ASSUMED_QUALITY });
  found.hiddenFrames = input.toString('latin1', 8, 12) === 'avis';
  const blanked: Box[] = [];
  const kinds = new Map<number, Item['kind']>();
  const count = partCounter('AVIF', MAX_PARTS);
  let locations: Box | null = null;
  let idat = 0;
  for (const box of boxes(input, 0, boxesEnd(input), count)) {
    const { type, body, end } = box;
    if (type === 'ispe') {
      // The largest of all items: the primary one, or one the decoder must build on the way to it.
      found.width = Math.max(found.width, input.readUInt32BE(body + 4));
      found.height = Math.max(found.height, input.readUInt32BE(body + 8));
    } else if (type === 'auxC') found.alpha = true;
    else if (type === 'colr') {
      const kind = input.toString('latin1', body, body + 4);
      if (kind === 'prof' || kind === 'rICC') found.icc ??= input.subarray(body + 4, end);
    } else if (type === 'iinf') itemKinds(input, box, kinds, count);
    else if (type === 'iloc') locations = box;
    else if (type === 'idat') idat = body;
    else if (BLANKED.has(type)) blanked.push(box);
  }
  if (found.width === 0 || found.height === 0)
    throw found.hiddenFrames
      ? new ImageProblem('unsupported_format', 'This kind of animated AVIF cannot be read; export as WebP')
      : corrupt('AVIF');
  const items = locations && kinds.size > 0 ? itemExtents(input, locations, { kinds, idat, count }) : [];
  for (const { kind, extents } of items) {
    const bytes = Buffer.concat(extents.map(([start, end]) => input.subarray(start, end)));
    if (kind === 'XMP') found.xmp ??= bytes;
    // Four bytes say how far into the payload the TIFF structure begins.
    else if (bytes.length > 4) found.exif ??= bytes.subarray(4 + Math.min(bytes.readUInt32BE(0), 16));
  }
  return { picture: found, items, blanked };
}

/** iinf: the entries' item ids with the types that are metadata. */
function itemKinds(
  input: Buffer,
  { body, end }: Box,
  kinds: Map<number, Item['kind']>,
  count: () => void,
): void {
  const start = body + (input.readUInt8(body) === 0 ? 6 : 8);
  for (const { type, body: at } of boxes(input, start, end, count)) {
    if (type !== 'infe') continue;
    const version = input.readUInt8(at);
    if (version < 2) continue;
    const wide = version > 2 ? 4 : 2;
    const id = input.readUIntBE(at + 4, wide);
    const typeAt = at + 4 + wide + 2;
    const kind = input.toString('latin1', typeAt, typeAt + 4);
    if (kind === 'Exif') kinds.set(id, 'Exif');
    // A MIME item is XMP in every file seen, and metadata in any case.
    else if (kind === 'mime') kinds.set(id, 'XMP');
  }
}

/** iloc (ISO/IEC 14496-12 8.11.3): where the bytes of those items lie. */
function itemExtents(
  input: Buffer,
  { body, end }: Box,
  known: { kinds: Map<number, Item['kind']>; idat: number; count: () => void },
): Item[] {
  let at = body + 4;
  const next = (bytes: number): number => {
    if (at + bytes > end) throw corrupt('AVIF');
    const value =
      bytes === 0
        ? 0
        : bytes <= 6
          ? input.readUIntBE(at, bytes)
          : Number(input.readBigUInt64BE(at)) % Number.MAX_SAFE_INTEGER;
    at += bytes;
    return value;
  };
  const version = input.readUInt8(body);
  const sizes = next(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  if ([offsetBytes, lengthBytes, baseBytes, indexBytes].some((bytes) => ![0, 4, 8].includes(bytes)))
    throw corrupt('AVIF');
  const items: Item[] = [];
  let total = 0;
  for (let left = next(version < 2 ? 2 : 4); left > 0; left--) {
    known.count();
    const kind = known.kinds.get(next(version < 2 ? 2 : 4));
    const method = version === 0 ? 0 : next(2) & 15;
    next(2);
    const base = next(baseBytes) + (method === 1 ? known.idat : 0);
    const extents: [number, number][] = [];
    for (let more = next(2); more > 0; more--) {
      known.count();
      next(indexBytes);
      const start = base + next(offsetBytes);
      const stop = start + next(lengthBytes);
      if (stop > input.length) throw corrupt('AVIF');
      extents.push([start, stop]);
      // An extent without fields takes no bytes of the box, so a count alone could keep this loop busy.
      if (offsetBytes + lengthBytes + indexBytes === 0) break;
    }
    if (!kind || method > 1) continue;
    // Threat: thousands of extents that each name the whole file would be copied thousands of times.
    total += extents.reduce((sum, [start, stop]) => sum + stop - start, 0);
    if (total > input.length) throw corrupt('AVIF');
    items.push({ kind, extents });
  }
  return items;
}

function read(input: Buffer): Picture {
  return walk(input).picture;
}

/** Same length, or shorter by what stood behind the last box. Metadata items are overwritten with the kept ones, or blanks. */
function clean(input: Buffer, kept: KeptMetadata): Buffer {
  const { items, blanked } = walk(input);
  const copy = Buffer.from(input.subarray(0, boxesEnd(input)));
  for (const { body, end } of blanked) copy.fill(0, body, end);
  // A user-data box of zeros would be read as damaged; a free one is not read at all.
  for (const { type, start } of blanked) if (type !== 'skip') copy.write('free', start + 4, 'latin1');
  const written = new Set<Item['kind']>();
  for (const { kind, extents } of items) {
    const [first, ...rest] = extents;
    for (const [start, end] of rest) copy.fill(0, start, end);
    if (!first) continue;
    const room = copy.subarray(...first);
    room.fill(kind === 'XMP' ? ' ' : 0);
    const content = kind === 'XMP' ? kept.xmp : kept.exif && Buffer.concat([Buffer.alloc(4), kept.exif]);
    if (content && content.length <= room.length && !written.has(kind)) content.copy(room);
    written.add(kind);
  }
  return copy;
}

export const avif = containerOf('AVIF', { read, clean });
