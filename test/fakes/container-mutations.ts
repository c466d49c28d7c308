// Damage done to containers of every format: where a walk may trip, or believe a number. A case is made of a seed and its
// number alone, so that any of them can be made again.
import type { ImageFormat } from '../../src/formats.ts';
import { type Below, randomBelow } from './jpeg-mutations.ts';
import * as pictures from './pictures.ts';

export interface ContainerSample {
  name: string;
  format: ImageFormat;
  data: Buffer;
}

/** One of each format, and of each kind of animation, with what metadata it can have. */
export async function containerSamples(): Promise<ContainerSample[]> {
  const moving = { width: 40, height: 30, delays: [50, 60] };
  const described = pictures.photo(48, 32).withXmp(pictures.XMP.toString());
  const credited = described.withExif({ IFD0: { Copyright: 'x' } });
  const made: [string, ImageFormat, Buffer][] = [
    ['jpeg', 'jpeg', pictures.withJpegMetadata(await pictures.photoJpeg(48, 32), 6)],
    ['png', 'png', pictures.withPngMetadata(await pictures.sample('png', 48, 32), 6)],
    ['webp', 'webp', pictures.withWebpMetadata(await pictures.animation('webp', moving))],
    ['gif', 'gif', await pictures.animation('gif', moving)],
    ['avif', 'avif', await credited.avif({ effort: 0 }).toBuffer()],
    ['tiff', 'tiff', await pictures.sample('tiff', 48, 32)],
    ['apng', 'png', await pictures.apng()],
  ];
  return made.map(([name, format, data]) => ({ name, format, data }));
}

/** What a count or an offset may claim, besides what is near to the truth. */
export const CLAIMS = [
  0, 1, 2, 3, 255, 256, 4096, 65_535, 65_536, 5_000_000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];

/** Puts a number over the 2 or 4 bytes at an offset, as far as there are so many. */
export function claim(
  input: Buffer,
  at: number,
  { value, bytes, little }: { value: number; bytes: 2 | 4; little: boolean },
): Buffer {
  if (input.length < bytes) return input;
  const copy = Buffer.from(input);
  const fits = bytes === 2 ? value & 0xffff : value;
  const place = Math.max(0, Math.min(at, copy.length - bytes));
  if (little) copy.writeUIntLE(fits, place, bytes);
  else copy.writeUIntBE(fits, place, bytes);
  return copy;
}

type Mutation = (input: Buffer, below: Below, pool: ContainerSample[]) => Buffer;

/** Half of what changes is in the first 600 bytes, where the structure is. */
const somewhere = (input: Buffer, below: Below): number =>
  below(Math.max(1, below(2) ? Math.min(600, input.length) : input.length));
const pick = <T>(values: readonly T[], below: Below): T => values[below(values.length)]!;

const MUTATIONS: Record<string, Mutation> = {
  'byte set': (input, below) => {
    const at = somewhere(input, below);
    const copy = Buffer.from(input);
    copy[at] = pick([0, 0xff, below(256), (copy[at] ?? 0) ^ (1 << below(8))], below);
    return copy;
  },
  'number claimed': (input, below) => {
    const [bytes, little] = [pick([2, 4] as const, below), below(2) === 0];
    return claim(input, somewhere(input, below), { value: pick(CLAIMS, below), bytes, little });
  },
  'cut short': (input, below) => input.subarray(0, 1 + below(Math.max(1, input.length))),
  'bytes removed': (input, below) => {
    const at = somewhere(input, below);
    return Buffer.concat([input.subarray(0, at), input.subarray(at + 1 + below(16))]);
  },
  'bytes inserted': (input, below) => {
    const at = somewhere(input, below);
    const bytes = Buffer.from(Array.from({ length: 1 + below(12) }, () => below(256)));
    return Buffer.concat([input.subarray(0, at), bytes, input.subarray(at)]);
  },
  'a part again and again': (input, below) => {
    const at = somewhere(input, below);
    const part = input.subarray(at, at + 1 + below(64));
    const times = pick([2, 300, 20_000], below);
    return Buffer.concat([
      input.subarray(0, at),
      Buffer.alloc(Math.max(1, part.length) * times, part),
      input.subarray(at),
    ]);
  },
  'first half of one, second of another': (input, below, pool) => {
    const other = pick(pool, below).data;
    return Buffer.concat([
      input.subarray(0, somewhere(input, below)),
      other.subarray(somewhere(other, below)),
    ]);
  },
};
const NAMES = Object.keys(MUTATIONS);

/** Case `number` of a seed: mostly one change, sometimes up to four. */
export function containerCase(samples: ContainerSample[], seed: number, number: number): ContainerSample {
  const below = randomBelow(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const sample = pick(samples, below);
  const names = Array.from({ length: below(3) > 0 ? 1 : 2 + below(3) }, () => pick(NAMES, below));
  const data = names.reduce((input, name) => MUTATIONS[name]!(input, below, samples), sample.data);
  return { name: `${sample.name}: ${names.join(', ')}`, format: sample.format, data };
}
