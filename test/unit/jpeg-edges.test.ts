// What is easily lost at the ends: the edges of the picture, and of the range from black to white.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { transcodeJpeg } from '../../src/image/jpeg/transcode.ts';

const [WIDTH, HEIGHT] = [61, 43];
const CHROMA = ['4:4:4', '4:2:0'] as const;

/** A picture whose coded blocks go on behind its edges with something else, as some encoders leave them. */
async function junkBehindEdges(chromaSubsampling: string, progressive: boolean): Promise<Buffer> {
  const [width, height] = [64, 48];
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(x < WIDTH && y < HEIGHT ? [200, 190, 180] : [255, 0, 255], (y * width + x) * 3);
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling, progressive })
    .toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, progressive ? 0xc2 : 0xc0, 0, 17]));
  jpeg.writeUInt16BE(HEIGHT, frame + 5);
  jpeg.writeUInt16BE(WIDTH, frame + 7);
  return jpeg;
}

const pixels = (input: Buffer) => sharp(input, { failOn: 'warning' }).raw().toBuffer();

/** Mean absolute difference over the last columns and rows. */
function atEdges(one: Buffer, other: Buffer): number {
  let [sum, count] = [0, 0];
  for (let at = 0; at < one.length; at++) {
    const [x, y] = [Math.floor(at / 3) % WIDTH, Math.floor(at / 3 / WIDTH)];
    if (x < WIDTH - 4 && y < HEIGHT - 4) continue;
    sum += Math.abs(one[at]! - other[at]!);
    count++;
  }
  return sum / count;
}

describe('edges', () => {
  it.each(CHROMA.flatMap((chroma) => [false, true].map((progressive) => ({ chroma, progressive }))))(
    'what stands behind them stays there: $chroma, progressive $progressive',
    async ({ chroma, progressive }) => {
      const input = await junkBehindEdges(chroma, progressive);
      const answer = transcodeJpeg(input, { quality: 50 });
      if (answer.status === 'refused') return;
      const own = await sharp(input).jpeg({ quality: 50 }).toBuffer();
      const [source, mine, sharps] = await Promise.all([input, answer.data, own].map(pixels));
      expect(atEdges(source!, mine!)).toBeLessThan(atEdges(source!, sharps!) + 4);
    },
  );

  it.each(CHROMA)('%s: any width and height', async (chroma) => {
    for (let size = 1; size <= 34; size++) {
      const [width, height] = [size, 35 - size];
      const input = await sharp({ create: { width, height, channels: 3, background: '#4090c0' } })
        .jpeg({ quality: 92, chromaSubsampling: chroma })
        .toBuffer();
      const answer = transcodeJpeg(input, { quality: 50 });
      if (answer.status === 'refused') continue;
      const { data, info } = await sharp(answer.data).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([width, height]);
      const off = (channel: number, value: number) => Math.abs(data[channel]! - value);
      expect(Math.max(off(0, 0x40), off(1, 0x90), off(2, 0xc0))).toBeLessThan(12);
    }
  });
});

describe('white and black', () => {
  it.each([70, 75, 80, 85, 90, 95])('stay so, from quality %i', async (made) => {
    for (const level of [0, 255]) {
      const input = await sharp({
        create: { width: 64, height: 64, channels: 3, background: { r: level, g: level, b: level } },
      })
        .jpeg({ quality: made })
        .toBuffer();
      for (const quality of [20, 30, 40, 50, 60, 70, 80]) {
        const answer = transcodeJpeg(input, { quality });
        if (answer.status === 'refused') continue;
        // What sharp makes of it is the measure: some steps have no level for it.
        const own = await sharp(input).jpeg({ quality }).toBuffer();
        const [mine, sharps] = await Promise.all([answer.data, own].map(pixels));
        const distance = (data: Buffer) => Math.abs(data[0]! - level);
        expect(distance(mine!), `${level} at ${quality}`).toBeLessThanOrEqual(distance(sharps!));
      }
    }
  });
});
