// Test pictures, made when asked for: photos, animations, odd colours, metadata, and files made to do harm. All
// deterministic.
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { ImageFormat } from '../../src/formats.ts';
import { directory, pngChunk, withPngChunks } from './picture-metadata.ts';

export * from './picture-metadata.ts';

/** Photo-like pixels: soft shapes with a little grain, 8-bit RGB or RGBA. `seed` moves the shapes. */
export function photo(width: number, height: number, { seed = 1, alpha = false } = {}): Sharp {
  const channels = alpha ? 4 : 3;
  const data = Buffer.alloc(width * height * channels);
  let noise = seed;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      const grain = noise / 2 ** 32 - 0.5;
      const light = 120 + 70 * Math.sin(x / 37 + seed) + 50 * Math.cos(y / 23);
      data[at++] = clamp(light + 14 * grain);
      data[at++] = clamp(light * 0.8 + 20 + 10 * grain);
      data[at++] = clamp(200 - light * 0.6 + 12 * grain);
      if (alpha) data[at++] = clamp((255 * x) / width);
    }
  return sharp(data, { raw: { width, height, channels } });
}

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

export const photoJpeg = (width = 320, height = 240, quality = 92): Promise<Buffer> =>
  photo(width, height).jpeg({ quality }).toBuffer();

/** A sample of every format, large enough that quality 50 makes each of them smaller, GIF apart. */
export function sample(format: ImageFormat, width = 320, height = 240): Promise<Buffer> {
  const pixels = photo(width, height);
  const encoders: Record<ImageFormat, () => Sharp> = {
    jpeg: () => pixels.jpeg({ quality: 92 }),
    png: () => pixels.png(),
    webp: () => pixels.webp({ quality: 95 }),
    avif: () => pixels.avif({ quality: 85, effort: 0 }),
    gif: () => pixels.gif({ effort: 1 }),
    tiff: () => pixels.tiff({ compression: 'lzw' }),
  };
  return encoders[format]().toBuffer();
}

/** Frames of a moving picture: each `delays` entry is one frame, in milliseconds. */
export async function animation(
  format: 'gif' | 'webp',
  { width = 120, height = 80, delays = [80, 120, 200, 40], loop = 3 } = {},
): Promise<Buffer> {
  const frames = await Promise.all(
    delays.map((_, i) =>
      photo(width, height, { seed: i + 2 })
        .png()
        .toBuffer(),
    ),
  );
  const joined = sharp(frames, { join: { animated: true } });
  return format === 'gif'
    ? joined.gif({ delay: delays, loop }).toBuffer()
    : joined.webp({ delay: delays, loop, quality: 90 }).toBuffer();
}

// ---------------------------------------------------------------- orientation

const RED = [220, 30, 30];
const GREEN = [30, 200, 30];
const BLUE = [30, 30, 220];
const WHITE = [250, 250, 250];

/** Stored as red, green / blue, white: what the corners of the displayed picture are, by EXIF orientation. */
export const DISPLAYED_CORNERS: Record<number, string> = {
  1: 'RGBW',
  2: 'GRWB',
  3: 'WBGR',
  4: 'BWRG',
  5: 'RBGW',
  6: 'BRWG',
  7: 'WGBR',
  8: 'GWRB',
};

/** Four coloured quadrants, `width` x `height` as stored. */
export function quadrants(width = 160, height = 96): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const top = y < height / 2;
      const left = x < width / 2;
      const colour = top ? (left ? RED : GREEN) : left ? BLUE : WHITE;
      data.set(colour, (y * width + x) * 3);
    }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The corner letters of a picture: top left, top right, bottom left, bottom right. */
export async function corners(encoded: Buffer): Promise<string> {
  const { data, info } = await sharp(encoded)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const near = (x: number, y: number) => {
    const at = (y * info.width + x) * info.channels;
    const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
    return r > 150 ? (g > 150 ? 'W' : 'R') : g > b ? 'G' : 'B';
  };
  const [right, bottom] = [info.width - 9, info.height - 9];
  return near(8, 8) + near(right, 8) + near(8, bottom) + near(right, bottom);
}

// ---------------------------------------------------------------- odd kinds

export const cmykJpeg = (): Promise<Buffer> =>
  quadrants().toColourspace('cmyk').jpeg({ quality: 92 }).toBuffer();
export const p3Jpeg = (): Promise<Buffer> =>
  photo(320, 240).withIccProfile('p3').jpeg({ quality: 92 }).toBuffer();
export const png16 = (): Promise<Buffer> => photo(200, 150).toColourspace('rgb16').png().toBuffer();

/** An animated PNG of two frames, 64x64. */
export async function apng(): Promise<Buffer> {
  const [first, second] = await Promise.all([1, 9].map((seed) => photo(64, 64, { seed }).png().toBuffer()));
  const idat = (png: Buffer) => {
    const parts: Buffer[] = [];
    for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
      if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
        parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    return Buffer.concat(parts);
  };
  const control = (sequence: number) => {
    const data = Buffer.alloc(26);
    data.writeUInt32BE(sequence, 0);
    data.writeUInt32BE(64, 4);
    data.writeUInt32BE(64, 8);
    data.writeUInt16BE(1, 20);
    data.writeUInt16BE(10, 22);
    return pngChunk('fcTL', data);
  };
  return Buffer.concat([
    first!.subarray(0, 33),
    pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
    control(0),
    pngChunk('IDAT', idat(first!)),
    control(1),
    pngChunk('fdAT', Buffer.concat([Buffer.from([0, 0, 0, 2]), idat(second!)])),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

// ---------------------------------------------------------------- made to do harm

/** Small files that declare a huge picture, by name. None may reach a decoder. */
export async function bombs(): Promise<Record<string, Buffer>> {
  const jpeg = await photoJpeg(32, 32);
  for (const marker of [0xc0, 0xc2]) {
    const at = jpeg.indexOf(Buffer.from([0xff, marker, 0, 17]));
    if (at > 0) jpeg.writeUInt32BE(16_000 * 65_536 + 16_000, at + 5);
  }
  const png = Buffer.from(await sample('png', 32, 32));
  png.writeUInt32BE(16_000, 16);
  png.writeUInt32BE(16_000, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  const gif = Buffer.from(await sample('gif', 32, 32));
  gif.writeUInt16LE(16_000, 6);
  gif.writeUInt16LE(16_000, 8);
  const avif = Buffer.from(await sample('avif', 64, 64));
  for (let at = avif.indexOf('ispe'); at >= 0; at = avif.indexOf('ispe', at + 4)) {
    avif.writeUInt32BE(10_000, at + 8);
    avif.writeUInt32BE(10_000, at + 12);
  }
  const webp = Buffer.alloc(38);
  webp.write('RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0', 'latin1');
  webp.writeUInt8(0x2f, 20);
  webp.writeUInt32LE((16_382 | (16_382 << 14)) >>> 0, 21);
  const tiff = directory(
    [
      [256, 4, u32(16_000)],
      [257, 4, u32(16_000)],
      [258, 3, Buffer.from([8, 0])],
      [262, 3, Buffer.from([1, 0])],
      [273, 4, u32(8)],
      [277, 3, Buffer.from([1, 0])],
      [279, 4, u32(4)],
    ],
    8,
  );
  return {
    jpeg,
    png,
    gif,
    avif,
    webp,
    tiff: Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), tiff]),
  };
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A good PNG whose colour profile or text inflates to 200 MB. */
export async function inflatingPng(type: 'iCCP' | 'zTXt'): Promise<Buffer> {
  const bomb = deflateSync(Buffer.alloc(200_000_000), { level: 9 });
  return withPngChunks(
    await sample('png', 64, 64),
    pngChunk(type, Buffer.concat([Buffer.from('a\0\0', 'latin1'), bomb])),
  );
}

/** Bytes behind the end of a picture, as polyglots and phones leave them. */
export const TAIL = Buffer.from('<script>alert("TAIL-MARKER")</script>');
