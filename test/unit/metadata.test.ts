import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../src/formats.ts';
import { jpeg } from '../../src/image/containers/jpeg.ts';
import { readExif, writeExif } from '../../src/image/metadata/exif.ts';
import { readXmp, writeXmp } from '../../src/image/metadata/xmp.ts';
import * as pictures from '../fakes/pictures.ts';
import { ok } from '../fakes/run-compress.ts';

/** Nothing of where, when or with what. */
function expectNoTraces(data: Buffer): void {
  expect([
    data.includes(pictures.GPS_TEXT),
    data.includes(pictures.GPS_RATIONAL),
    data.includes(pictures.SECRET),
  ]).toEqual([false, false, false]);
}

/** The GPS pointer among the tags of IFD0, found without the code under test. */
async function hasGpsTag(data: Buffer): Promise<boolean> {
  const { exif } = await sharp(data).metadata();
  return exif?.includes(Buffer.from([0x25, 0x88, 4, 0])) ?? false;
}

const lossyWebp = () => pictures.photo(320, 240, { alpha: true }).webp({ quality: 95 }).toBuffer();
const SOURCES: Record<string, () => Promise<Buffer>> = {
  jpeg: async () => pictures.withJpegMetadata(await pictures.photoJpeg()),
  png: async () => pictures.withPngMetadata(await pictures.sample('png')),
  webp: async () => pictures.withWebpMetadata(await lossyWebp()),
};

describe('metadata of a result', () => {
  it.each(Object.keys(SOURCES))('%s keeps the credits and nothing else', async (format) => {
    const result = await ok(await SOURCES[format]!());
    expect([result.format, result.kept_original]).toEqual([format, false]);
    expectNoTraces(result.data);
    expect(await hasGpsTag(result.data)).toBe(false);
    const { exif, xmp, iptc } = await sharp(result.data).metadata();
    expect(exif?.includes(pictures.COPYRIGHT)).toBe(true);
    expect(exif?.includes(pictures.ARTIST)).toBe(true);
    expect(readXmp(xmp!)).toEqual(
      new Map([
        ['dc:rights', [pictures.COPYRIGHT]],
        ['dc:creator', [pictures.ARTIST, 'Bo Example']],
        ['photoshop:Credit', ['Example & Co']],
        ['Iptc4xmpExt:DigitalSourceType', [pictures.DIGITAL_SOURCE]],
      ]),
    );
    if (format === 'jpeg') expect(iptc?.includes(pictures.IPTC)).toBe(true);
  });

  it.each(Object.keys(SOURCES))("%s with 'none' keeps nothing at all", async (format) => {
    const result = await ok(await SOURCES[format]!(), { metadata: 'none' });
    const { exif, xmp, iptc } = await sharp(result.data).metadata();
    expect({ exif, xmp, iptc }).toEqual({ exif: undefined, xmp: undefined, iptc: undefined });
    expect(result.data.includes(pictures.COPYRIGHT)).toBe(false);
    expectNoTraces(result.data);
  });

  it.each<ImageFormat>(['png', 'webp', 'avif', 'tiff'])(
    'the credits of a JPEG go along into %s',
    async (format) => {
      const source = pictures.withJpegMetadata(
        await pictures.photo(320, 240).jpeg({ quality: 100 }).toBuffer(),
      );
      const result = await ok(source, { format, quality: '20' });
      expect([result.format, result.kept_original]).toEqual([format, false]);
      expectNoTraces(result.data);
      const { exif, xmp } = await sharp(result.data).metadata();
      expect(readXmp(xmp!).get('dc:rights')).toEqual([pictures.COPYRIGHT]);
      if (format !== 'tiff') expect(exif?.includes(pictures.COPYRIGHT)).toBe(true);
    },
  );

  it('a simple WebP becomes an extended one that decodes to the same pixels', async () => {
    const source = pictures.withJpegMetadata(await pictures.photoJpeg());
    const credited = await ok(source, { format: 'webp' });
    const bare = await ok(source, { format: 'webp', metadata: 'none' });
    expect([bare.data.toString('latin1', 12, 16), credited.data.toString('latin1', 12, 16)]).toEqual([
      'VP8 ',
      'VP8X',
    ]);
    const [one, two] = await Promise.all([bare, credited].map(({ data }) => sharp(data).raw().toBuffer()));
    expect(one!.equals(two!)).toBe(true);
  });

  it('no metadata in, none out', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const) {
      const { exif, xmp } = await sharp((await ok(await pictures.sample(format))).data).metadata();
      expect([format, exif, xmp]).toEqual([format, undefined, undefined]);
    }
  });
});

describe('metadata of a kept original', () => {
  /** Pictures that 95 cannot make smaller, with all metadata and a tail behind them. */
  const KEPT: Record<string, () => Promise<Buffer>> = {
    jpeg: async () => pictures.withJpegMetadata(await pictures.photoJpeg(320, 240, 10), 6),
    png: async () =>
      pictures.withPngMetadata(
        await pictures.photo(320, 240).png({ palette: true, colours: 8 }).toBuffer(),
        6,
      ),
    webp: async () =>
      pictures.withWebpMetadata(
        await pictures.photo(320, 240, { alpha: true }).webp({ quality: 5 }).toBuffer(),
        6,
      ),
  };

  it.each(Object.keys(KEPT))(
    '%s keeps pixels, orientation and credits, and loses the rest',
    async (format) => {
      const source = Buffer.concat([await KEPT[format]!(), pictures.TAIL]);
      const result = await ok(source, { quality: '95' });
      expect(result).toMatchObject({ format, kept_original: true, quality: null, width: 240, height: 320 });
      expectNoTraces(result.data);
      expect(result.data.includes('TAIL-MARKER')).toBe(false);
      expect(await hasGpsTag(result.data)).toBe(false);
      const { orientation, exif, xmp } = await sharp(result.data).metadata();
      expect(orientation).toBe(6);
      expect(exif?.includes(pictures.COPYRIGHT)).toBe(true);
      expect(readXmp(xmp!).get('dc:creator')).toEqual([pictures.ARTIST, 'Bo Example']);
      const [before, after] = await Promise.all(
        [source, result.data].map((data) => sharp(data).raw().toBuffer()),
      );
      expect(before!.equals(after!)).toBe(true);
    },
  );

  it.each(Object.keys(KEPT))("%s with 'none' keeps only the orientation", async (format) => {
    const result = await ok(await KEPT[format]!(), { quality: '95', metadata: 'none' });
    const { orientation, xmp } = await sharp(result.data).metadata();
    expect([result.kept_original, orientation, xmp]).toEqual([true, 6, undefined]);
    expect(result.data.includes(pictures.COPYRIGHT)).toBe(false);
  });

  it('a JPEG keeps its colour profile, and loses second pictures and thumbnails', async () => {
    const base = await pictures.photo(320, 240).withIccProfile('p3').jpeg({ quality: 10 }).toBuffer();
    const thumbnail = pictures.jpegSegment(0xe0, 'JFXX\0\x10', await pictures.photoJpeg(32, 32));
    const index = pictures.jpegSegment(0xe2, 'MPF\0', Buffer.alloc(40, 7));
    const source = Buffer.concat([
      base.subarray(0, 2),
      thumbnail,
      index,
      base.subarray(2),
      await pictures.photoJpeg(64, 64),
    ]);
    const result = await ok(source, { quality: '95' });
    expect(result.kept_original).toBe(true);
    expect(result.data.equals(base)).toBe(true);
  });

  it('a progressive JPEG with restart markers is copied whole', async () => {
    const base = await pictures.photo(320, 240).jpeg({ quality: 10, progressive: true }).toBuffer();
    const result = await ok(Buffer.concat([base, pictures.TAIL]), { quality: '95' });
    expect(result.data.equals(base)).toBe(true);
  });

  it('a GIF loses comments and keeps timing', async () => {
    const base = await pictures.animation('gif', { delays: [70, 90], loop: 5 });
    const comment = Buffer.concat([
      Buffer.from([0x21, 0xfe, pictures.SECRET.length]),
      Buffer.from(`${pictures.SECRET}\0`),
    ]);
    const at = 13 + 3 * 2 ** ((base[10]! & 7) + 1);
    const source = Buffer.concat([base.subarray(0, at), comment, base.subarray(at), pictures.TAIL]);
    const result = await ok(source, { quality: '100' });
    expect(result.kept_original).toBe(true);
    expect(result.data.equals(base)).toBe(true);
  });

  it('an AVIF keeps its place for metadata, with the credits alone in it', async () => {
    const source = await pictures
      .photo(320, 240)
      .withExif({
        IFD0: { Copyright: pictures.COPYRIGHT, Software: pictures.SECRET },
        IFD3: { GPSProcessingMethod: pictures.GPS_TEXT },
      })
      .withXmp(pictures.XMP.toString())
      .avif({ quality: 5, effort: 0 })
      .toBuffer();
    expect(source.includes(pictures.SECRET)).toBe(true);
    const result = await ok(source, { quality: '95' });
    expect([result.kept_original, result.data.length]).toEqual([true, source.length]);
    expectNoTraces(result.data);
    const { exif, xmp } = await sharp(result.data).metadata();
    expect(exif?.includes(pictures.COPYRIGHT)).toBe(true);
    expect(readXmp(xmp!).get('dc:rights')).toEqual([pictures.COPYRIGHT]);
    const [before, after] = await Promise.all(
      [source, result.data].map((data) => sharp(data).raw().toBuffer()),
    );
    expect(before!.equals(after!)).toBe(true);
  });

  it('a TIFF with metadata is never kept', async () => {
    const source = await pictures
      .photo(64, 64)
      .withXmp(pictures.XMP.toString())
      .tiff({ compression: 'jpeg', quality: 5 })
      .toBuffer();
    const result = await ok(source, { quality: '95' });
    expect(result.kept_original).toBe(false);
    expectNoTraces(result.data);
  });
});

describe('orientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('a JPEG turned by %i comes out upright', async (orientation) => {
    const stored = await pictures.quadrants(160, 96).jpeg({ quality: 98 }).toBuffer();
    const result = await ok(pictures.withJpegMetadata(stored, orientation), { format: 'png' });
    expect(await pictures.corners(result.data)).toBe(pictures.DISPLAYED_CORNERS[orientation]);
    const size = orientation >= 5 ? [96, 160] : [160, 96];
    expect([result.width, result.height]).toEqual(size);
    expect((await sharp(result.data).metadata()).orientation).toBeUndefined();
  });

  it.each(['png', 'webp'])('a %s turned by its EXIF comes out upright', async (format) => {
    const stored = pictures.quadrants(160, 96).ensureAlpha(0.9);
    const source =
      format === 'png'
        ? pictures.withPngMetadata(await stored.png().toBuffer(), 6)
        : pictures.withWebpMetadata(await stored.webp({ quality: 98 }).toBuffer(), 6);
    // Resized, so that it is not kept as it came.
    const result = await ok(source, { format: 'avif', max_width: 90 });
    expect([result.format, await pictures.corners(result.data), result.width]).toEqual(['avif', 'BRWG', 90]);
  });

  it('limits are for the upright picture', async () => {
    const source = pictures.withJpegMetadata(await pictures.photoJpeg(320, 240), 6);
    expect(await ok(source, { max_width: 120 })).toMatchObject({ width: 120, height: 160 });
    expect(await ok(source, { max_height: 160 })).toMatchObject({ width: 120, height: 160 });
    expect(await ok(source, { max_width: 240, max_height: 320 })).toMatchObject({ width: 240, height: 320 });
  });

  it('a turned animation stays an animation, and says how it is turned', async () => {
    const source = pictures.withWebpMetadata(await pictures.animation('webp'), 6);
    const result = await ok(source, { max_height: 60 });
    const { pages, orientation, delay } = await sharp(result.data).metadata();
    expect({ pages, orientation, delay }).toEqual({ pages: 4, orientation: 6, delay: [80, 120, 200, 40] });
    expect([result.width, result.height]).toEqual([40, 60]);
  });
});

describe('exif, xmp and iptc', () => {
  it('what writeExif writes, readExif and sharp read', async () => {
    const fields = { orientation: 8, artist: Buffer.from('Z'), copyright: Buffer.from('photo\0editor ©') };
    const written = writeExif(fields)!;
    expect(readExif(written)).toEqual(fields);
    expect(writeExif({ orientation: 1, artist: null, copyright: null })).toBeNull();
    const carried = pictures.withPngChunks(
      await pictures.sample('png', 8, 8),
      pictures.pngChunk('eXIf', written),
    );
    expect((await sharp(carried).metadata()).orientation).toBe(8);
  });

  it('xmp texts are escaped and bounded', () => {
    const credits = readXmp(
      Buffer.from(
        `<dc:rights>&lt;b&gt; &quot;&#169;&#x1F600; ${'x'.repeat(5000)}</dc:rights><photoshop:Credit></photoshop:Credit>`,
      ),
    );
    expect([...credits.keys()]).toEqual(['dc:rights']);
    expect(credits.get('dc:rights')![0]!.startsWith('<b> "©😀 xxx')).toBe(true);
    expect(credits.get('dc:rights')![0]!.length).toBe(2000);
    expect(readXmp(writeXmp(credits)!)).toEqual(credits);
    expect(writeXmp(new Map())).toBeNull();
  });

  it('a JPEG is read with its IPTC records and profile in pieces', async () => {
    const base = await pictures.photoJpeg(16, 16);
    const icc = Buffer.from('0123456789');
    const piece = (n: number, part: Buffer) =>
      pictures.jpegSegment(0xe2, `ICC_PROFILE\0`, Buffer.from([n, 2]), part);
    const source = Buffer.concat([
      base.subarray(0, 2),
      piece(2, icc.subarray(6)),
      piece(1, icc.subarray(0, 6)),
      base.subarray(2),
    ]);
    expect(jpeg.read(source).icc?.toString()).toBe('0123456789');
    expect(jpeg.read(pictures.withJpegMetadata(base)).iptc?.equals(pictures.IPTC)).toBe(true);
  });
});
