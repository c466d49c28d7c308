import { describe, expect, it } from 'vitest';
import type { ProcessOptions } from '../../src/ports.ts';
import * as pictures from '../fakes/pictures.ts';
import { ok, run } from '../fakes/run-compress.ts';

const EOI = Buffer.from([0xff, 0xd9]);
const [WIDTH, HEIGHT] = [320, 240];

const photo = (progressive: boolean) =>
  pictures.photo(WIDTH, HEIGHT).jpeg({ quality: 92, progressive }).toBuffer();
const closed = (input: Buffer, share: number) => {
  const scan = input.indexOf(Buffer.from([0xff, 0xda]));
  return Buffer.concat([input.subarray(0, Math.floor(scan + 14 + share * (input.length - scan - 16))), EOI]);
};

/** The ways of a JPEG through the program: the transcoder, and the decoder with what it is asked for. */
const WAYS: Record<string, Partial<ProcessOptions>> = {
  'at its size': {},
  resized: { max_width: 100 },
  'as WebP': { format: 'webp' },
  'at a quality over its own': { quality: '99' },
};

describe('a JPEG that was cut, and closed with an EOI', () => {
  const cases = Object.keys(WAYS).flatMap((way) =>
    [false, true].map((progressive) => ({ way, progressive })),
  );

  it.each(cases)('is corrupt: $way, progressive $progressive', async ({ way, progressive }) => {
    const input = await photo(progressive);
    for (const share of [0.05, 0.3, 0.5, 0.9])
      expect([share, await run(closed(input, share), WAYS[way])]).toMatchObject([
        share,
        { status: 'failed', code: 'corrupt_image', message: 'The JPEG is damaged or cut off' },
      ]);
  });

  it('is corrupt when it lies on its side, or is CMYK', async () => {
    const turned = pictures.withJpegMetadata(await photo(false), 6);
    expect(await run(closed(turned, 0.5))).toMatchObject({ code: 'corrupt_image' });
    expect(await run(closed(await pictures.cmykJpeg(), 0.5))).toMatchObject({ code: 'corrupt_image' });
  });
});

describe('a whole JPEG that is odd', () => {
  const scanOf = (input: Buffer) => input.indexOf(Buffer.from([0xff, 0xda]));
  const inserted = (at: (input: Buffer) => number, bytes: string) => (input: Buffer) => {
    const place = at(input);
    return Buffer.concat([input.subarray(0, place), Buffer.from(bytes, 'latin1'), input.subarray(place)]);
  };
  const ODD: Record<string, (input: Buffer) => Buffer> = {
    'bytes behind it': (input) => Buffer.concat([input, pictures.TAIL]),
    'several EOI': (input) => Buffer.concat([input, EOI, EOI, EOI]),
    'another picture behind it': (input) => Buffer.concat([input, input]),
    'zeros before its EOI': inserted((input) => input.length - 2, '\0\0\0\0\0\0\0\0'),
    'filling before its EOI': inserted((input) => input.length - 2, '\xff\xff\xff\xff'),
    'filling before its scan': inserted(scanOf, '\xff\xff\xff'),
    'bytes between its segments': inserted(scanOf, 'odd'),
    'an empty comment': inserted(scanOf, '\xff\xfe\0\x02'),
  };
  const cases = Object.keys(ODD).flatMap((name) =>
    [false, true].map((progressive) => ({ name, progressive })),
  );

  it.each(cases)('is made lighter: $name, progressive $progressive', async ({ name, progressive }) => {
    const input = ODD[name]!(await photo(progressive));
    for (const options of Object.values(WAYS).slice(0, 3)) {
      const { kept_original, height } = await ok(input, options);
      expect([kept_original, height]).toEqual([false, options.max_width ? 75 : HEIGHT]);
    }
  });
});
