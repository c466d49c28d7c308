// JPEGs of every kind there is, small, for the kernel's tests and its fuzzing: what sharp writes, and what only
// jpeg-writer.ts does. Each says whether a transcoder of the coefficients may take it.

import { type JpegPlan, writeJpeg } from './jpeg-writer.ts';
import { photo } from './pictures.ts';

export interface JpegKind {
  name: string;
  data: Buffer;
  /** `transcoded`: it must be; `refused`: it must not; `either`: it may say no, but must not be wrong. */
  expected: 'transcoded' | 'refused' | 'either';
}

const yuv = (h: number, v: number): [number, number][] => [
  [h, v],
  [1, 1],
  [1, 1],
];
const adobe = (transform: number): [number, Buffer] => [
  0xee,
  Buffer.concat([Buffer.from('Adobe\0', 'latin1'), Buffer.from([100, 0, 0, 0, 0, transform])]),
];
const jfif: [number, Buffer] = [
  0xe0,
  Buffer.concat([Buffer.from('JFIF\0', 'latin1'), Buffer.from([1, 1, 0, 0, 1, 0, 1, 0, 0])]),
];
const comment: [number, Buffer] = [0xfe, Buffer.from('a comment')];
const apart = [0, 1, 2].map((c) => ({ components: [c], start: 0, end: 63 }));
const bands = [0, 1, 2].flatMap((c) => [
  { components: [c], start: 1, end: 5 },
  { components: [c], start: 6, end: 63 },
]);
const dc = { components: [0, 1, 2], start: 0, end: 0 };

type Made = Omit<JpegPlan, 'width' | 'height'> & Partial<Pick<JpegPlan, 'width' | 'height'>>;
const TAKEN: Record<string, Made> = {
  gray: { sampling: [[1, 1]] },
  'gray of factors 2x2': { sampling: [[2, 2]] },
  'gray, restarts': { sampling: [[1, 1]], restart: 3 },
  '4:4:4': { sampling: yuv(1, 1) },
  '4:2:2': { sampling: yuv(2, 1) },
  '4:4:0': { sampling: yuv(1, 2) },
  '4:2:0': { sampling: yuv(2, 2), extra: [jfif] },
  '4:2:0, one pixel': { sampling: yuv(2, 2), width: 1, height: 1 },
  '4:2:0, whole MCUs': { sampling: yuv(2, 2), width: 64, height: 32 },
  '4:2:0, a restart each MCU': { sampling: yuv(2, 2), restart: 1 },
  '4:4:4, restarts': { sampling: yuv(1, 1), restart: 5 },
  '4:2:0, a restart interval longer than the scan': { sampling: yuv(2, 2), restart: 999 },
  '4:2:0, scans apart': { sampling: yuv(2, 2), scans: apart },
  '4:2:2, scans apart, restarts': { sampling: yuv(2, 1), scans: apart, restart: 2 },
  extended: { sampling: yuv(2, 2), frame: 0xc1 },
  'extended, 16-bit tables': { sampling: yuv(2, 2), frame: 0xc1, wide: true },
  'comments and Adobe YCbCr': { sampling: yuv(2, 2), extra: [jfif, comment, adobe(1), comment] },
  'progressive 4:2:0': { sampling: yuv(2, 2), frame: 0xc2, scans: [dc, ...bands] },
  'progressive 4:2:0, restarts': { sampling: yuv(2, 2), frame: 0xc2, scans: [dc, ...bands], restart: 2 },
  'progressive 4:2:2, DC refined': {
    sampling: yuv(2, 1),
    frame: 0xc2,
    scans: [{ ...dc, low: 1 }, { ...dc, high: 1 }, ...bands],
  },
  'progressive gray': {
    sampling: [[1, 1]],
    frame: 0xc2,
    scans: [{ components: [0], start: 0, end: 0 }, ...bands.slice(0, 2)],
  },
};
const EITHER: Record<string, Made> = {
  '3x1 to 1x1': { sampling: yuv(3, 1) },
  'chroma of two sizes': {
    sampling: [
      [2, 2],
      [2, 1],
      [1, 1],
    ],
  },
  'chroma finer than luma': {
    sampling: [
      [1, 1],
      [2, 2],
      [2, 2],
    ],
  },
  '3x1 to 2x1': {
    sampling: [
      [3, 1],
      [2, 1],
      [1, 1],
    ],
  },
  '4:4:4 of factors 2x1': {
    sampling: [
      [2, 1],
      [2, 1],
      [2, 1],
    ],
  },
  '4:4:4 of factors 2x2': {
    sampling: [
      [2, 2],
      [2, 2],
      [2, 2],
    ],
  },
  'RGB by Adobe': { sampling: yuv(1, 1), extra: [adobe(0)] },
  'RGB by its numbers': { sampling: yuv(1, 1), ids: [82, 71, 66] },
  'numbers from 0': { sampling: yuv(2, 2), ids: [0, 1, 2] },
  'numbers of JFIF and Adobe RGB': { sampling: yuv(1, 1), extra: [jfif, adobe(0)] },
  'a height that comes late': { sampling: yuv(2, 2), late: true },
  'fill bytes': { sampling: yuv(2, 2), fill: 3 },
  'progressive, bands missing': { sampling: yuv(2, 2), frame: 0xc2, scans: [dc, bands[0]!, bands[2]!] },
  'progressive, never refined': { sampling: yuv(2, 2), frame: 0xc2, scans: [{ ...dc, low: 2 }, ...bands] },
  'baseline, a component missing': { sampling: yuv(2, 2), scans: apart.slice(0, 2) },
  'baseline, a component twice': { sampling: yuv(2, 2), scans: [...apart, apart[0]!] },
};
const REFUSED: Record<string, Made> = {
  '4:1:1': { sampling: yuv(4, 1) },
  '4:1:0': { sampling: yuv(4, 2) },
  'progressive, DC alone': { sampling: yuv(2, 2), frame: 0xc2, scans: [dc] },
  'two components': { sampling: yuv(1, 1).slice(1) },
  CMYK: { sampling: [...yuv(1, 1), [1, 1]], extra: [adobe(0)] },
  YCCK: { sampling: [...yuv(2, 2), [2, 2]], extra: [adobe(2)] },
  arithmetic: { sampling: yuv(2, 2), frame: 0xc9 },
  'arithmetic, progressive': { sampling: yuv(2, 2), frame: 0xca, scans: [dc, ...bands] },
  lossless: { sampling: yuv(1, 1), frame: 0xc3 },
  hierarchical: { sampling: yuv(1, 1), frame: 0xc5 },
  '12 bits': { sampling: yuv(1, 1), frame: 0xc1, precision: 12 },
};

function written(kinds: Record<string, Made>, expected: JpegKind['expected']): JpegKind[] {
  return Object.entries(kinds).map(([name, plan]) => ({
    name,
    data: writeJpeg({ width: 45, height: 37, ...plan }),
    expected,
  }));
}

/** All of them; the same bytes every time, as far as sharp's are. */
export async function jpegKinds(): Promise<JpegKind[]> {
  const small = () => photo(61, 43);
  const gray = () => photo(61, 43).grayscale().toColourspace('b-w');
  const bySharp: Record<string, Promise<Buffer>> = {
    'sharp 4:2:0': small().jpeg({ quality: 90 }).toBuffer(),
    'sharp 4:4:4': small().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
    'sharp, standard Huffman tables': small().jpeg({ quality: 85, optimiseCoding: false }).toBuffer(),
    'sharp gray': gray().jpeg({ quality: 90 }).toBuffer(),
    'sharp progressive 4:2:0': small().jpeg({ quality: 92, progressive: true }).toBuffer(),
    'sharp progressive 4:4:4': small()
      .jpeg({ quality: 95, progressive: true, chromaSubsampling: '4:4:4' })
      .toBuffer(),
    'sharp progressive gray': gray().jpeg({ quality: 95, progressive: true }).toBuffer(),
    'sharp mozjpeg': small().jpeg({ quality: 88, mozjpeg: true }).toBuffer(),
    'sharp with metadata': small()
      .withExif({ IFD0: { Copyright: 'someone' } })
      .withIccProfile('p3')
      .jpeg({ quality: 90 })
      .toBuffer(),
    'sharp quality 100': small().jpeg({ quality: 100 }).toBuffer(),
  };
  const made = await Promise.all(
    Object.entries(bySharp).map(
      async ([name, data]): Promise<JpegKind> => ({
        name,
        data: await data,
        expected: 'transcoded',
      }),
    ),
  );
  return [
    ...made,
    ...written(TAKEN, 'transcoded'),
    ...written(EITHER, 'either'),
    ...written(REFUSED, 'refused'),
  ];
}
