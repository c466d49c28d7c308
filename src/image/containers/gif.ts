// The GIF container (GIF89a specification): reading sizes and frames, copying it clean. LZW data is never decoded here.
import { containerOf, corrupt, type Picture, partCounter, picture } from '../picture.ts';

/** Blocks in one file before it is called damaged: two a frame, and a few. The decoder takes a second for thrice of it. */
const MAX_BLOCKS = 20_000;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const COMMENT = 0xfe;
const APPLICATION = 0xff;
/** Loop counts (two names for one thing) and the colour profile. Other applications' blocks are metadata, XMP among them. */
const KEPT_APPLICATIONS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']);

interface Block {
  kind: 'image' | 'metadata' | 'other';
  start: number;
  end: number;
  /** For an image: how far right and down it reaches on the screen. */
  right: number;
  bottom: number;
}

/** Bytes of the colour table that a packed field announces. */
const tableBytes = (packed: number): number => (packed & 0x80 ? 3 << ((packed & 7) + 1) : 0);

/** The offset after a chain of sub-blocks, each a length byte and that many bytes, ended by length 0. */
function afterSubBlocks(input: Buffer, at: number): number {
  for (;;) {
    const length = input[at];
    if (length === undefined) throw corrupt('GIF');
    at += 1 + length;
    if (length === 0) return at;
  }
}

function headerEnd(input: Buffer): number {
  return 13 + tableBytes(input.readUInt8(10));
}

/** Blocks up to the trailer, or to the end of a file that lost its trailer. Each turn moves forward by a byte or more. */
function* blocks(input: Buffer): Generator<Block> {
  const count = partCounter('GIF', MAX_BLOCKS);
  for (let start = headerEnd(input); start < input.length; ) {
    count();
    const introducer = input[start];
    if (introducer === TRAILER) return;
    let end: number;
    let kind: Block['kind'] = 'other';
    let right = 0;
    let bottom = 0;
    if (introducer === EXTENSION) {
      const label = input.readUInt8(start + 1);
      end = afterSubBlocks(input, start + 2);
      const application = label === APPLICATION ? input.toString('latin1', start + 3, start + 14) : null;
      if (label === COMMENT || (application !== null && !KEPT_APPLICATIONS.has(application)))
        kind = 'metadata';
    } else if (introducer === IMAGE) {
      kind = 'image';
      right = input.readUInt16LE(start + 1) + input.readUInt16LE(start + 5);
      bottom = input.readUInt16LE(start + 3) + input.readUInt16LE(start + 7);
      // The descriptor, its colour table, the LZW code size, then the data.
      end = afterSubBlocks(input, start + 10 + tableBytes(input.readUInt8(start + 9)) + 1);
    } else throw corrupt('GIF');
    yield { kind, start, end, right, bottom };
    start = end;
  }
}

/** GIF's palette is taken as lossless: `sourceQuality` is 100. Transparency is assumed, since any frame may bring it. */
function read(input: Buffer): Picture {
  const found = picture({
    format: 'gif',
    width: input.readUInt16LE(6),
    height: input.readUInt16LE(8),
    alpha: true,
    sourceQuality: 100,
  });
  let frames = 0;
  for (const { kind, start, end, right, bottom } of blocks(input)) {
    if (kind === 'metadata') found.metadataBytes += end - start;
    if (kind !== 'image') continue;
    frames++;
    // A decoder may grow a senseless screen to its frames, so the limit on pixels must hold for the larger.
    found.width = Math.max(found.width, right);
    found.height = Math.max(found.height, bottom);
  }
  if (frames === 0 || found.width === 0 || found.height === 0) throw corrupt('GIF');
  found.frames = frames;
  return found;
}

/** Drops comments and foreign application blocks, and ends at the trailer. GIF has no place for credits that anyone reads. */
function clean(input: Buffer): Buffer {
  const parts = [input.subarray(0, headerEnd(input))];
  for (const { kind, start, end } of blocks(input))
    if (kind !== 'metadata') parts.push(input.subarray(start, end));
  return Buffer.concat([...parts, Buffer.from([TRAILER])]);
}

export const gif = containerOf('GIF', { read, clean });
