import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../src/formats.ts';
import { jpeg } from '../../src/image/containers/jpeg.ts';
import * as pictures from '../fakes/pictures.ts';
import { ok, run } from '../fakes/run-compress.ts';

const FORMATS: ImageFormat[] = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'];
const pixels = (input: Buffer, animated = false) => sharp(input, { animated }).ensureAlpha().raw().toBuffer();

describe('compress, same format', () => {
  it.each<ImageFormat>(['jpeg', 'png', 'webp', 'avif', 'tiff'])(
    '%s gets smaller at 50 and keeps its size',
    async (format) => {
      const input = await pictures.sample(format);
      const result = await ok(input);
      expect(result).toMatchObject({
        status: 'compressed',
        width: 320,
        height: 240,
        format,
        quality: 50,
        kept_original: false,
      });
      expect(result.data.length).toBeLessThan(input.length);
      const seen = await sharp(result.data).metadata();
      expect([seen.format, seen.width, seen.height]).toEqual([format === 'avif' ? 'heif' : format, 320, 240]);
    },
  );

  it('a resized JPEG is byte for byte what bare sharp writes', async () => {
    const input = await pictures.photoJpeg();
    const bare = await sharp(input).resize({ width: 100 }).jpeg({ quality: 50 }).toBuffer();
    expect((await ok(input, { max_width: 100 })).data.equals(bare)).toBe(true);
  });

  it.each([
    [92, 46],
    [80, 40],
    [30, 15],
    [1, 1],
  ])('half of a JPEG made at %i is %i', async (made, given) => {
    const source = await pictures.photo(640, 480).jpeg({ quality: made }).toBuffer();
    expect(jpeg.read(source).sourceQuality).toBe(made);
    const result = await ok(source, { quality: '50%' });
    expect(result.kept_original ? given : result.quality).toBe(given);
  });

  it('every libjpeg quality is estimated exactly', async () => {
    const wrong: number[] = [];
    for (let quality = 1; quality <= 100; quality++) {
      const made = await pictures.photo(16, 16).jpeg({ quality }).toBuffer();
      if (jpeg.read(made).sourceQuality !== quality) wrong.push(quality);
    }
    expect(wrong).toEqual([]);
  });

  it('options that were never checked are a fault, not a failure', async () => {
    await expect(run(await pictures.photoJpeg(16, 16), { quality: '0' })).rejects.toThrow(RangeError);
  });
});

describe('compress, kinds of pictures', () => {
  it('an alpha PNG keeps its alpha', async () => {
    const input = await pictures.photo(200, 100, { alpha: true }).png().toBuffer();
    const result = await ok(input);
    const alpha = await sharp(result.data).extractChannel('alpha').raw().toBuffer();
    expect([alpha[0]! < 12, alpha[199]! > 243]).toEqual([true, true]);
  });

  it('an alpha PNG becomes a JPEG on white', async () => {
    const input = await pictures.photo(200, 100, { alpha: true }).png().toBuffer();
    const result = await ok(input, { format: 'jpeg' });
    const rgb = await sharp(result.data).raw().toBuffer();
    expect(Math.min(rgb[0]!, rgb[1]!, rgb[2]!)).toBeGreaterThan(240);
  });

  it('16 bits go to 8', async () => {
    const result = await ok(await pictures.png16());
    expect((await sharp(result.data).metadata()).depth).toBe('uchar');
    expect(result.kept_original).toBe(false);
  });

  it('gray stays gray', async () => {
    const input = await pictures.photo(320, 240).toColourspace('b-w').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp((await ok(input)).data).metadata()).channels).toBe(1);
  });

  it('CMYK comes out sRGB, not inverted', async () => {
    const result = await ok(await pictures.cmykJpeg());
    expect(result.kept_original).toBe(false);
    expect((await sharp(result.data).metadata()).space).toBe('srgb');
    expect(await pictures.corners(result.data)).toBe(pictures.DISPLAYED_CORNERS[1]);
  });

  it('a P3 profile stays, byte for byte, and the numbers with it', async () => {
    const input = await pictures.p3Jpeg();
    const before = await sharp(input).metadata();
    const result = await ok(input);
    const after = await sharp(result.data).metadata();
    expect(result.kept_original).toBe(false);
    expect(after.icc?.equals(before.icc!)).toBe(true);
  });

  it.each<ImageFormat>(['png', 'webp', 'avif', 'tiff'])('a P3 profile goes along into %s', async (format) => {
    const input = await pictures.p3Jpeg();
    const result = await ok(input, { format });
    const { icc } = await sharp(result.kept_original ? input : result.data).metadata();
    expect(icc?.equals((await sharp(input).metadata()).icc!)).toBe(true);
  });

  it('an sRGB profile is dropped, since no profile says the same', async () => {
    const input = await pictures.photo(320, 240).withIccProfile('srgb').jpeg({ quality: 92 }).toBuffer();
    expect((await sharp(input).metadata()).icc).toBeDefined();
    const result = await ok(input);
    expect((await sharp(result.data).metadata()).icc).toBeUndefined();
  });

  it.each(['gif', 'webp'] as const)('an animated %s keeps frames, delays and loop', async (format) => {
    const input = await pictures.animation(format);
    const result = await ok(input);
    const { pages, delay, loop, width, height } = await sharp(result.data).metadata();
    expect({ pages, delay, loop, width, height }).toEqual({
      pages: 4,
      delay: [80, 120, 200, 40],
      loop: 3,
      width: 120,
      height: 80,
    });
    expect([result.width, result.height]).toEqual([120, 80]);
    expect(result.data.length).toBeLessThanOrEqual(input.length);
  });

  it('a GIF has no quality, but forgets what hardly moves', async () => {
    const frames = await Promise.all(
      [0, 3, 6, 3].map((light) => pictures.photo(160, 120).linear(1, light).png().toBuffer()),
    );
    const input = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [50, 50, 50, 50] })
      .toBuffer();
    const result = await ok(input);
    expect([result.kept_original, result.quality]).toEqual([false, null]);
    expect((await sharp(result.data).metadata()).pages).toBe(4);
    expect(result.data.length).toBeLessThan(0.7 * input.length);
  });

  it('equal frames of a GIF stay frames', async () => {
    const frame = await pictures.photo(60, 40).png().toBuffer();
    const input = await sharp([frame, frame, frame], { join: { animated: true } })
      .gif({ delay: [50, 60, 70], keepDuplicateFrames: true })
      .toBuffer();
    const { delay } = await sharp((await ok(input)).data).metadata();
    expect(delay).toEqual([50, 60, 70]);
  });

  it('an animated WebP whose frames the encoder would merge into a still is kept', async () => {
    const moving = await pictures.animation('webp', { delays: [300, 400] });
    const [first, second] = [moving.indexOf('ANMF'), moving.lastIndexOf('ANMF')];
    const input = Buffer.concat([moving.subarray(0, second), moving.subarray(first, second)]);
    input.writeUInt32LE(input.length - 8, 4);
    const result = await ok(input, { quality: '10' });
    expect([result.kept_original, result.data.equals(input)]).toEqual([true, true]);
    expect((await sharp(result.data).metadata()).delay).toEqual([300, 300]);
  });

  it('an animated GIF becomes an animated WebP, and the first frame as JPEG', async () => {
    const input = await pictures.animation('gif');
    const webp = await sharp((await ok(input, { format: 'webp' })).data).metadata();
    expect([webp.format, webp.pages, webp.delay]).toEqual(['webp', 4, [80, 120, 200, 40]]);
    const still = await ok(input, { format: 'jpeg' });
    expect([still.format, still.width, still.height]).toEqual(['jpeg', 120, 80]);
  });

  it('an APNG is delivered as it came, less its metadata, unless a still format is asked', async () => {
    const bare = await pictures.apng();
    const input = Buffer.concat([pictures.withPngMetadata(bare), pictures.TAIL]);
    for (const format of [null, 'png', 'webp'] as const) {
      const result = await ok(input, { format, metadata: 'none' });
      expect(result).toMatchObject({
        format: 'png',
        quality: null,
        kept_original: true,
        width: 64,
        height: 64,
      });
      expect(result.data.equals(bare)).toBe(true);
    }
    expect((await ok(input, { format: 'jpeg' })).format).toBe('jpeg');
  });

  it('an APNG with a damaged frame is corrupt', async () => {
    const input = await pictures.apng();
    const at = input.indexOf('fdAT') + 40;
    input[at] = input[at]! ^ 1;
    expect(await run(input)).toMatchObject({ code: 'corrupt_image' });
  });

  it('float and Lab TIFF are refused by name', async () => {
    const float = await pictures
      .photo(40, 30)
      .tiff({ predictor: 'float', compression: 'deflate' })
      .toBuffer();
    expect(await run(float)).toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('TIFF with 8 or 16 bits'),
    });
  });
});

describe('compress, size', () => {
  it.each([
    [{ max_width: 100 }, [100, 75]],
    [{ max_height: 60 }, [80, 60]],
    [{ max_width: 100, max_height: 60 }, [80, 60]],
    [{ max_width: 5000, max_height: 5000 }, [320, 240]],
  ])('%j fits inside and never enlarges', async (limit, [width, height]) => {
    for (const format of FORMATS) {
      const result = await ok(await pictures.sample(format), limit);
      const seen = await sharp(result.data).metadata();
      expect([format, seen.width, seen.height, result.width, result.height]).toEqual([
        format,
        width,
        height,
        width,
        height,
      ]);
    }
  });

  it.each(['gif', 'webp'] as const)('every frame of an animated %s is resized', async (format) => {
    const result = await ok(await pictures.animation(format), { max_width: 60 });
    const { pages, width, height, delay } = await sharp(result.data).metadata();
    expect({ pages, width, height, delay }).toEqual({
      pages: 4,
      width: 60,
      height: 40,
      delay: [80, 120, 200, 40],
    });
    expect([result.width, result.height]).toEqual([60, 40]);
  });

  it('a picture over the asked size is delivered resized even when that takes more bytes', async () => {
    const input = await pictures
      .quadrants(400, 300)
      .png({ palette: true, colours: 4, compressionLevel: 9 })
      .toBuffer();
    const result = await ok(input, { max_width: 399, format: 'tiff' });
    expect(result.data.length).toBeGreaterThan(input.length);
    expect(result).toMatchObject({ width: 399, kept_original: false, format: 'tiff' });
  });
});

describe('compress, never worse', () => {
  it.each<ImageFormat>(FORMATS)('%s that cannot be made smaller keeps its pixels', async (format) => {
    const once = await ok(await pictures.sample(format), { quality: '10' });
    const result = await ok(once.data, { quality: '95' });
    expect(result).toMatchObject({ format, quality: null, kept_original: true, width: 320, height: 240 });
    expect(result.data.length).toBeLessThanOrEqual(once.data.length);
    expect((await pixels(result.data)).equals(await pixels(once.data))).toBe(true);
  });

  it('a conversion that is not smaller delivers the original in its own format', async () => {
    const small = await pictures.photo(320, 240).webp({ quality: 5 }).toBuffer();
    expect(await ok(small, { format: 'png' })).toMatchObject({
      format: 'webp',
      kept_original: true,
      quality: null,
    });
  });

  it('a picture under more metadata than pixels is kept clean when re-encoding would add to the pixels', async () => {
    const bare = await pictures.photoJpeg(64, 48, 10);
    const comment = pictures.jpegSegment(0xfe, Buffer.alloc(50_000, 'x'));
    const input = Buffer.concat([bare.subarray(0, 2), comment, bare.subarray(2)]);
    const result = await ok(input, { quality: '95' });
    expect(result.kept_original).toBe(true);
    expect(result.data.equals(bare)).toBe(true);
  });

  it('what stands behind the end of a kept picture is gone', async () => {
    for (const format of FORMATS) {
      const { data } = await ok(await pictures.sample(format), { quality: '10' });
      const result = await ok(Buffer.concat([data, pictures.TAIL]), { quality: '95' });
      expect([format, result.data.includes('TAIL-MARKER')]).toEqual([format, false]);
      expect([format, result.kept_original, result.data.length]).toEqual([format, true, data.length]);
    }
  });
});
