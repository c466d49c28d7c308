import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { jpeg } from '../../src/image/containers/jpeg.ts';
import { transcodeJpeg } from '../../src/image/jpeg/transcode.ts';
import { jpegKinds } from '../fakes/jpeg-kinds.ts';
import * as pictures from '../fakes/pictures.ts';
import { ok } from '../fakes/run-compress.ts';

const raw = (input: Buffer) => sharp(input, { failOn: 'warning' }).raw().toBuffer();
const kinds = await jpegKinds();

function transcoded(input: Buffer, quality = 50) {
  const answer = transcodeJpeg(input, { quality });
  if (answer.status !== 'transcoded') throw new Error(answer.reason);
  return answer;
}

/** Of all channels, in dB. */
function psnr(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / a.length));
}

describe('transcoding at the quality of the source', () => {
  // A colour profile, which the result does not have, would change what sharp sees.
  const good = kinds.filter(({ name, expected }) => expected === 'transcoded' && !/metadata/.test(name));

  it.each(good)('$name decodes to the very same pixels', async ({ data }) => {
    const answer = transcoded(data, 100);
    expect(answer.coarser).toBe(false);
    expect((await raw(answer.data)).equals(await raw(data))).toBe(true);
  });

  it('a source under the asked quality keeps its levels', async () => {
    const source = await pictures.photoJpeg(100, 80, 40);
    const answer = transcoded(source, 50);
    expect([answer.sourceQuality, answer.coarser]).toEqual([40, false]);
    expect((await raw(answer.data)).equals(await raw(source))).toBe(true);
  });

  it('doing it again changes no byte', async () => {
    const once = transcoded(await pictures.photoJpeg(100, 80, 40)).data;
    expect(transcoded(once).data.equals(once)).toBe(true);
  });
});

describe('transcoding to a lower quality', () => {
  it('comes out the same from baseline and from progressive', async () => {
    for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
      // Smooth: what texture asks for is told from the bytes, of which progressive has a few less.
      const pixels = pictures.photo(123, 77).blur(2);
      const [one, other] = await Promise.all(
        [false, true].map((progressive) =>
          pixels.clone().jpeg({ quality: 90, chromaSubsampling, progressive }).toBuffer(),
        ),
      );
      expect(transcoded(one!).data.equals(transcoded(other!).data)).toBe(true);
    }
  });

  it('has the size of the source, from 1x1 to 33x33', async () => {
    for (let side = 1; side <= 33; side++)
      for (const [chromaSubsampling, height] of [
        ['4:2:0', side],
        ['4:4:4', 34 - side],
      ] as const) {
        const source = await pictures.photo(side, height).jpeg({ quality: 90, chromaSubsampling }).toBuffer();
        const { info } = await sharp(transcoded(source).data, { failOn: 'warning' })
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect([info.width, info.height]).toEqual([side, height]);
      }
  });

  // This picture's grain is what bits are saved on, so at one setting it scores a little under; at one size, over.
  it.each(['4:2:0', '4:4:4'])('of %s takes fewer bytes than sharp for as good a picture', async (chroma) => {
    const source = await pictures.photo(640, 480).jpeg({ quality: 92, chromaSubsampling: chroma }).toBuffer();
    const before = await raw(source);
    const bare = await sharp(source).jpeg({ quality: 50 }).toBuffer();
    const wanted = psnr(await raw(bare), before);
    for (const [quality, allowed] of [
      [50, 0.5],
      [60, 0],
    ] as const) {
      const { data } = transcoded(source, quality);
      expect((await sharp(data).metadata()).chromaSubsampling).toBe('4:2:0');
      expect(data.length).toBeLessThan(bare.length);
      expect(psnr(await raw(data), before)).toBeGreaterThan(wanted - allowed);
    }
  });

  it('gray stays gray', async () => {
    const source = await pictures.photo(100, 80).toColourspace('b-w').jpeg({ quality: 92 }).toBuffer();
    expect((await sharp(transcoded(source).data).metadata()).channels).toBe(1);
  });
});

describe('what is cut', () => {
  it.each(['baseline', 'progressive'])('a %s file cut anywhere is refused', async (kind) => {
    const source = await pictures
      .photo(96, 64)
      .jpeg({ quality: 90, progressive: kind === 'progressive' })
      .toBuffer();
    for (let end = 0; end < source.length; end += 97)
      expect(transcodeJpeg(source.subarray(0, end), { quality: 50 }).status).toBe('refused');
  });
});

describe('compress with the transcoder', () => {
  it('says who made the file', async () => {
    const source = await pictures.photoJpeg();
    expect((await ok(source)).encoder).toBe('jpeg-transcoder');
    expect((await ok(source, { max_width: 100 })).encoder).toBe('sharp');
    expect((await ok(source, { max_width: 1000 })).encoder).toBe('jpeg-transcoder');
    expect((await ok(source, { format: 'webp' })).encoder).toBe('sharp');
    expect((await ok(await pictures.cmykJpeg())).encoder).toBe('sharp');
    const kept = await ok(await pictures.photoJpeg(320, 240, 40));
    expect([kept.kept_original, kept.encoder, kept.quality]).toEqual([true, null, null]);
  });

  it('keeps a wide gamut byte for byte', async () => {
    const source = await pictures.p3Jpeg();
    const result = await ok(source);
    expect(result.encoder).toBe('jpeg-transcoder');
    expect(jpeg.read(result.data).icc?.equals(jpeg.read(source).icc!)).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is shown upright with orientation %i', async (orientation) => {
    const source = await pictures.quadrants().withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const result = await ok(source);
    expect([result.encoder, result.width, result.height]).toEqual([
      orientation === 1 ? 'jpeg-transcoder' : 'sharp',
      ...(orientation >= 5 ? [96, 160] : [160, 96]),
    ]);
    const upright = await sharp(result.data).autoOrient().jpeg({ quality: 95 }).toBuffer();
    expect(await pictures.corners(upright)).toBe(pictures.DISPLAYED_CORNERS[orientation]);
  });
});
