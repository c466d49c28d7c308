import { describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../src/formats.ts';
import { CODECS } from '../../src/image/codecs.ts';
import { containerCase, containerSamples } from '../fakes/container-mutations.ts';
import { run } from '../fakes/run-compress.ts';

const MUTATIONS = 300;
/** What a damaged picture may end as. */
const ENDS = ['compressed', 'corrupt_image', 'unsupported_format', 'too_many_pixels', 'not_an_image'];

const samples = await containerSamples();

describe('damaged pictures', () => {
  it.each(samples)(`$name: ${MUTATIONS} mutations end as values`, async (sample) => {
    const seen = new Set<string>();
    for (let i = 0; i < MUTATIONS; i++) {
      const { data } = containerCase([sample], 7, i);
      const result = await run(data, { quality: i % 2 ? '50' : '100' }, { maxPixels: 2_000_000 });
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
