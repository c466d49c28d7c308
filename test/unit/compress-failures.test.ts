import { describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../src/formats.ts';
import * as pictures from '../fakes/pictures.ts';
import { ok, run } from '../fakes/run-compress.ts';

const FORMATS: ImageFormat[] = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'];

describe('compress, failures', () => {
  it('empty, text and foreign pictures have their own codes', async () => {
    expect(await run(Buffer.alloc(0))).toEqual({
      status: 'failed',
      code: 'empty_body',
      message: 'The image has no bytes',
      http_status: null,
      transient: false,
      retry_after_ms: null,
    });
    expect(await run(Buffer.from('<html>'))).toMatchObject({ code: 'not_an_image' });
    expect(await run(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'))).toMatchObject({
      code: 'unsupported_format',
      message: 'HEIC pictures cannot be read; export as JPEG',
    });
  });

  it.each(FORMATS)('a %s cut at 10, 50 and 99 % is corrupt', async (format) => {
    const input = await pictures.sample(format);
    for (const share of [0.1, 0.5, 0.99])
      expect([share, await run(input.subarray(0, Math.floor(input.length * share)))]).toMatchObject([
        share,
        { status: 'failed', code: 'corrupt_image' },
      ]);
  });

  it.each(FORMATS)('bytes behind a good %s do no harm', async (format) => {
    const input = Buffer.concat([await pictures.sample(format), pictures.TAIL]);
    expect(await ok(input)).toMatchObject({ width: 320, height: 240 });
  });

  it('files that declare too many pixels are refused without decoding', async () => {
    for (const [name, bomb] of Object.entries(await pictures.bombs())) {
      const start = performance.now();
      const result = await run(bomb);
      expect([name, result]).toMatchObject([name, { code: 'too_many_pixels' }]);
      expect(performance.now() - start).toBeLessThan(100);
    }
  });

  it('the limit counts all frames, and is half for AVIF', async () => {
    const gif = await pictures.animation('gif');
    expect(await run(gif, {}, { maxPixels: 120 * 80 * 4 })).toMatchObject({ status: 'compressed' });
    expect(await run(gif, {}, { maxPixels: 120 * 80 * 4 - 1 })).toMatchObject({
      code: 'too_many_pixels',
      message: '120x80 in 4 frames is over the limit of 38399 pixels for GIF',
    });
    const avif = await pictures.sample('avif');
    expect(await run(avif, {}, { maxPixels: 320 * 240 * 2 })).toMatchObject({ status: 'compressed' });
    expect(await run(avif, {}, { maxPixels: 320 * 240 * 2 - 1 })).toMatchObject({ code: 'too_many_pixels' });
  });

  it.each(['iCCP', 'zTXt'] as const)('a PNG whose %s inflates to 200 MB ends quickly', async (type) => {
    const bomb = await pictures.inflatingPng(type);
    const start = performance.now();
    const result = await run(bomb);
    expect(performance.now() - start).toBeLessThan(500);
    expect(result.status === 'failed' ? result.code : result.width).toBe(64);
  });
});
