// A result exactly as large as the clean original is no gain: the original is delivered.
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { ok } from '../fakes/run-compress.ts';

it.each(['jpeg', 'webp', 'tiff'] as const)(
  '%s: of two equally small pictures the original stays',
  async (format) => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } });
    const first = await ok(await red[format]().toBuffer());
    expect(first).toMatchObject({ kept_original: false, quality: 50 });
    const again = await ok(first.data);
    expect(again).toMatchObject({ kept_original: true, quality: null, encoder: null });
    expect(again.data.equals(first.data)).toBe(true);
  },
);
