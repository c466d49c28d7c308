// Pictures of a few kinds of bytes over and over: small on their way, gzip-compressed, and much to do for whoever believes
// what they say. Each has the code it must end with after its container was looked at; null for one that may be decoded.
import { deflateSync } from 'node:zlib';
import type { ImageErrorCode } from '../../src/errors.ts';
import type { ImageFormat } from '../../src/formats.ts';
import { directory, pngChunk } from './picture-metadata.ts';

export interface HostilePicture {
  name: string;
  format: ImageFormat;
  make: () => Buffer;
  code: ImageErrorCode | null;
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const repeated = (count: number, part: Buffer) => Buffer.alloc(count * part.length, part);
const NOTHING = Buffer.alloc(0);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A directory of as many entries as it can say, which all lie in the file. */
function fullExif(): Buffer {
  const entries = repeated(0xffff, Buffer.from([0x12, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0]));
  return Buffer.concat([latin1('II*\0\x08\0\0\0\xff\xff'), entries, u32(0)]);
}

// ---------------------------------------------------------------- PNG

function png(...chunks: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(64, 0);
  header.writeUInt32BE(64, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    latin1('\x89PNG\r\n\x1a\n'),
    pngChunk('IHDR', header),
    ...chunks,
    pngChunk('IDAT', deflateSync(Buffer.alloc(64 * (1 + 64 * 3)))),
    pngChunk('IEND', NOTHING),
  ]);
}

const profile = () =>
  pngChunk('iCCP', Buffer.concat([latin1('a\0\0'), deflateSync(Buffer.alloc(4_000_000))]));
const PNGS: Record<string, [() => Buffer, ImageErrorCode | null]> = {
  'an APNG of 2.7 million frame headers': [
    () =>
      png(
        pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
        repeated(2_700_000, pngChunk('fcTL', NOTHING)),
      ),
    'corrupt_image',
  ],
  '2.7 million texts': [() => png(repeated(2_700_000, pngChunk('tEXt', NOTHING))), 'corrupt_image'],
  '2 million of no kind': [() => png(repeated(2_000_000, pngChunk('zzzz', NOTHING))), 'corrupt_image'],
  '8,168 profiles': [() => png(repeated(8168, profile())), null],
  '50 full eXIf': [() => png(repeated(50, pngChunk('eXIf', fullExif()))), null],
};

// ---------------------------------------------------------------- WebP

function webpChunk(type: string, data: Buffer): Buffer {
  return Buffer.concat([latin1(type), u32(data.length), data, Buffer.alloc(data.length & 1)]);
}
function webp(...chunks: Buffer[]): Buffer {
  const body = Buffer.concat([latin1('WEBP'), webpChunk('VP8X', Buffer.alloc(10)), ...chunks]);
  return Buffer.concat([latin1('RIFF'), u32(body.length), body]);
}

const WEBPS: typeof PNGS = {
  '3 million frames': [() => webp(repeated(3_000_000, webpChunk('ANMF', NOTHING))), 'corrupt_image'],
  '3 million of no kind': [() => webp(repeated(3_000_000, webpChunk('zzzz', NOTHING))), 'corrupt_image'],
  '40 full EXIF': [() => webp(repeated(40, webpChunk('EXIF', fullExif()))), null],
};

// ---------------------------------------------------------------- GIF

const gif = (...blocks: Buffer[]) =>
  Buffer.concat([latin1('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff'), ...blocks, latin1('\x3b')]);
const FRAME = Buffer.from('2c00000000010001000002024c0100', 'hex');

const GIFS: typeof PNGS = {
  '8 million extensions': [() => gif(repeated(8_000_000, latin1('\x21\xf9\0')), FRAME), 'corrupt_image'],
  '2 million frames': [() => gif(repeated(2_000_000, FRAME)), 'corrupt_image'],
  'a comment of 8 million pieces': [
    () => gif(FRAME, latin1('\x21\xfe'), repeated(8_000_000, latin1('\x01x')), latin1('\0')),
    null,
  ],
};

// ---------------------------------------------------------------- JPEG

const jpeg = (...parts: Buffer[]) => Buffer.concat([latin1('\xff\xd8'), ...parts]);
const resources = () =>
  Buffer.concat([
    latin1('\xff\xed\xff\xf2Photoshop 3.0\0'),
    repeated(5457, latin1('8BIM\x04\x0f\0\0\0\0\0\0')),
    Buffer.alloc(4),
    Buffer.alloc(2 ** 16 - 14 - 5457 * 12 - 4 - 16),
  ]);

const JPEGS: typeof PNGS = {
  '6 million application segments': [
    () => jpeg(repeated(6_000_000, latin1('\xff\xe1\0\x02'))),
    'corrupt_image',
  ],
  '6 million profile segments': [
    () => jpeg(repeated(2_000_000, latin1('\xff\xe2\0\x10ICC_PROFILE\0\x01\x01'))),
    'corrupt_image',
  ],
  '12 million stray markers': [() => jpeg(repeated(12_000_000, latin1('\xff\0'))), 'corrupt_image'],
  '300 segments of 5,457 Photoshop resources': [
    () => jpeg(repeated(300, resources()), latin1('\xff\xd9')),
    'corrupt_image',
  ],
};

// ---------------------------------------------------------------- TIFF

type Field = [tag: number, type: number, value: Buffer];

function tiff(...changed: Field[]): Buffer {
  const fields = new Map<number, Field>();
  for (const field of [
    [256, 4, u32(64)],
    [257, 4, u32(64)],
    [258, 3, Buffer.from([8, 0])],
    [262, 3, Buffer.from([1, 0])],
    [273, 4, u32(8)],
    [277, 3, Buffer.from([1, 0])],
    [279, 4, u32(4)],
    ...changed,
  ] as Field[])
    fields.set(field[0], field);
  const head = latin1('II*\0\x08\0\0\0');
  return Buffer.concat([head, directory([...fields.values()], head.length)]);
}

/** Pages whose directories have one entry, one behind the other. */
function manyPages(count: number): Buffer {
  const bytes = 2 + 12 + 4;
  const input = Buffer.concat([tiff(), repeated(count, Buffer.from([1, 0, ...Buffer.alloc(16)]))]);
  const first = input.length - count * bytes;
  input.writeUInt32LE(first, 8 + 2 + 7 * 12);
  for (let page = 0; page + 1 < count; page++)
    input.writeUInt32LE(first + (page + 1) * bytes, first + page * bytes + 14);
  return input;
}

const MANY = 5_000_000;
const TIFFS: typeof PNGS = {
  '5 million strips of type BYTE': [
    () => tiff([273, 1, Buffer.alloc(MANY)], [279, 1, Buffer.alloc(MANY)]),
    'corrupt_image',
  ],
  '5 million strip sizes, no more strips than one': [
    () => tiff([279, 1, Buffer.alloc(MANY)]),
    'corrupt_image',
  ],
  '5 million tiles of type LONG': [
    () => tiff([324, 4, Buffer.alloc(4 * MANY)], [325, 4, Buffer.alloc(4 * MANY)]),
    'corrupt_image',
  ],
  '5 million samples a pixel': [
    () => tiff([258, 3, repeated(MANY, Buffer.from([8, 0]))], [277, 4, u32(MANY)]),
    'unsupported_format',
  ],
  '65,535 fields': [
    () => Buffer.concat([latin1('II*\0\x08\0\0\0\xff\xff'), Buffer.alloc(0xffff * 12 + 4)]),
    'corrupt_image',
  ],
  '200,000 pages': [() => manyPages(200_000), 'corrupt_image'],
  'pages in a circle': [
    () => {
      const input = tiff();
      input.writeUInt32LE(8, 8 + 2 + 7 * 12);
      return input;
    },
    'corrupt_image',
  ],
};

// ---------------------------------------------------------------- AVIF

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.concat([Buffer.alloc(4), latin1(type)]);
  head.writeUInt32BE(8 + body.length);
  return Buffer.concat([head, body]);
}
const FULL = Buffer.alloc(4);
const size = () => box('iprp', box('ipco', box('ispe', FULL, Buffer.from([0, 0, 0, 64, 0, 0, 0, 64]))));
const item = () => box('infe', latin1('\x02\0\0\0\0\x01\0\0Exif\0'));
const items = (count: number) => box('iinf', FULL, Buffer.from([0, 1]), repeated(count, item()));
const avif = (...boxes: Buffer[]) => Buffer.concat([box('ftyp', latin1('avif\0\0\0\0')), ...boxes]);
/** Offsets and lengths of 4 bytes; `count` items of `extents` extents. */
function locations(count: number, extents: number): Buffer {
  const counts = Buffer.alloc(2);
  counts.writeUInt16BE(extents);
  const one = Buffer.concat([latin1('\0\x01\0\0'), counts, repeated(extents, Buffer.alloc(8))]);
  const head = Buffer.from([0x44, 0, 0, 0]);
  head.writeUInt16BE(count, 2);
  return box('iloc', FULL, head, repeated(count, one));
}

const AVIFS: typeof PNGS = {
  '4 million boxes': [() => avif(repeated(4_000_000, box('free'))), 'corrupt_image'],
  '2 million boxes of properties': [
    () => avif(box('meta', FULL, size(), box('ipco', repeated(2_000_000, box('zzzz'))))),
    'corrupt_image',
  ],
  'a million items': [() => avif(box('meta', FULL, size(), items(1_000_000))), 'corrupt_image'],
  '2,000 lists of 500 items': [
    () => avif(box('meta', FULL, size(), repeated(2000, items(500)))),
    'corrupt_image',
  ],
  '65,535 items of 60 extents': [
    () => avif(box('meta', FULL, size(), items(1), locations(0xffff, 60))),
    'corrupt_image',
  ],
  'boxes in boxes': [
    () => avif(Array.from({ length: 500 }).reduce<Buffer>((inner) => box('moov', inner), NOTHING)),
    'corrupt_image',
  ],
};

export const HOSTILE: HostilePicture[] = Object.entries({
  png: PNGS,
  webp: WEBPS,
  gif: GIFS,
  jpeg: JPEGS,
  tiff: TIFFS,
  avif: AVIFS,
} satisfies Record<ImageFormat, typeof PNGS>).flatMap(([format, pictures]) =>
  Object.entries(pictures).map(([name, [make, code]]) => ({
    name,
    format: format as ImageFormat,
    make,
    code,
  })),
);
