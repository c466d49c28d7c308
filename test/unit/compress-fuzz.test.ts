import { describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../src/formats.ts';
import { CODECS } from '../../src/image/codecs.ts';
import * as pictures from '../fakes/pictures.ts';
import { run } from '../fakes/run-compress.ts';

const MUTATIONS = 300;
/** What a damaged picture may end as. */
const ENDS = ['compressed', 'corrupt_image', 'unsupported_format', 'too_many_pixels', 'not_an_image'];

/** Deterministic, so that a failure can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Half of the bytes that change are in the first 600, where the structure is. */
function mutate(input: Buffer, next: (below: number) => number): Buffer {
  const copy = Buffer.from(input);
  for (let changes = 1 + next(4); changes > 0; changes--) {
    const at = next(2) ? next(Math.min(600, copy.length)) : next(copy.length);
    copy[at] = [0, 0xff, next(256), copy[at]! ^ (1 << next(8))][next(4)]!;
  }
  return next(4) === 0 ? copy.subarray(0, 1 + next(copy.length)) : copy;
}

const SAMPLES: Record<string, () => Promise<Buffer>> = {
  jpeg: async () => pictures.withJpegMetadata(await pictures.photoJpeg(48, 32), 6),
  png: async () => pictures.withPngMetadata(await pictures.sample('png', 48, 32), 6),
  webp: async () =>
    pictures.withWebpMetadata(await pictures.animation('webp', { width: 40, height: 30, delays: [50, 60] })),
  gif: () => pictures.animation('gif', { width: 40, height: 30, delays: [50, 60] }),
  avif: () =>
    pictures
      .photo(48, 32)
      .withXmp(pictures.XMP.toString())
      .withExif({ IFD0: { Copyright: 'x' } })
      .avif({ effort: 0 })
      .toBuffer(),
  tiff: () => pictures.sample('tiff', 48, 32),
  apng: () => pictures.apng(),
};

describe('damaged pictures', () => {
  it.each(Object.keys(SAMPLES))(`%s: ${MUTATIONS} mutations end as values`, async (name) => {
    const source = await SAMPLES[name]!();
    const next = random(7);
    const seen = new Set<string>();
    for (let i = 0; i < MUTATIONS; i++) {
      const damaged = mutate(source, next);
      const result = await run(damaged, { quality: i % 2 ? '50' : '100' }, { maxPixels: 2_000_000 });
      seen.add(result.status === 'failed' ? result.code : result.status);
    }
    expect([...seen].filter((end) => !ENDS.includes(end))).toEqual([]);
    expect(seen.has('corrupt_image')).toBe(true);
  });

  it.each<[ImageFormat, string]>([
    ['jpeg', '\xff\xd8'],
    ['png', '\x89PNG\r\n\x1a\n'],
    ['webp', 'RIFF\xff\xff\x7f\0WEBP'],
    ['gif', 'GIF89a\x01\0\x01\0\0\0\0'],
    ['avif', '\0\0\0\x0cftypavif'],
    ['tiff', 'II*\0\x08\0\0\0'],
  ])('a walk over 8 MB of any one byte after a %s signature ends', (format, signature) => {
    const head = Buffer.from(signature, 'latin1');
    for (const byte of [0x00, 0x01, 0x08, 0x21, 0x2c, 0xe1, 0xff]) {
      const input = Buffer.concat([head, Buffer.alloc(8 * 1024 * 1024, byte)]);
      const before = process.cpuUsage();
      expect(() => {
        CODECS[format].container.read(input);
        throw new RangeError('read');
      }).toThrow();
      // Milliseconds of our own: others may be busy too.
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(2000);
    }
  });
});
