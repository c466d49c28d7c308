// What a quality asks of the kernel: quantisation steps, and what a bit is worth. In zigzag order, luma then chroma.

/** ITU-T T.81 tables K.1 and K.2, row-major. */
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** T.81 figure A.6: zigzag index -> row-major index. */
const NATURAL = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];

/** libjpeg's scale (jcparam.c): a percentage of the tables of Annex K. */
const scaleOf = (quality: number): number => (quality < 50 ? 5000 / quality : 200 - 2 * quality);

/**
 * How far the steps are from libjpeg's. Annex K spends bits on what the eye sees first; flattened half way (each step's
 * ratio to 16 to this power) a file of the same bytes scores better in PSNR and SSIM, since what is dropped for costing
 * more bits than it is worth is high frequencies again. The finer scale of luma makes up for what is dropped. Found by
 * search over photographs of quality 85-95, so that at 50 neither score is under that of decoding and encoding again.
 */
const FLATNESS = 0.5;
const CHROMA_FLATNESS = 0.2;
const LUMA_SCALE = 0.975;
const CHROMA_SCALE = 1.08;
/**
 * Where the source's own steps are half to a third of these, as between quality 80 and 50, most of its levels are just
 * over what rounds to nothing, and all of them would be paid for: coarser steps take a tenth of the bytes for nothing
 * that sharp's result has.
 */
const NEAR = { from: 1.8, to: 3, scale: 1.12 };
/**
 * A picture full of texture keeps far more of it at the flattened steps than at libjpeg's, so it gets coarser ones: by
 * this much for each doubling of the bits a pixel beyond `from`. What it would take at quality 50 is told from what it
 * takes as it came: about the power of its scale.
 */
const TEXTURE = { from: 0.6, scale: 0.14, power: 0.58, most: 1.3 };
/** Squared steps of error that a bit is worth. In theory 0.12 or so; less is better where SSIM counts too. */
const LUMA_LAMBDA = 0.029;
const CHROMA_LAMBDA = 0.1;

export interface Source {
  /** What is asked of it, 1-100. */
  quality: number;
  /** Its own, as estimated from its tables. */
  sourceQuality: number | null;
  /** Bits of its coded data a pixel of luma. */
  density: number;
}

/** 2 x 64 steps. */
export function targetSteps({ quality, sourceQuality, density }: Source): number[] {
  const scale = scaleOf(quality) / 100;
  const own = sourceQuality === null ? 1 : Math.max(0.01, scaleOf(sourceQuality) / 100);
  const coarser = scale / own;
  const near = coarser >= NEAR.from && coarser <= NEAR.to ? NEAR.scale : 1;
  const texture = Math.min(TEXTURE.most, density * Math.min(1, own) ** TEXTURE.power);
  const textured = LUMA_SCALE + TEXTURE.scale * Math.max(0, Math.log2(texture / TEXTURE.from));
  return [
    ...steps(LUMA, scale * textured * near, FLATNESS),
    ...steps(CHROMA, scale * CHROMA_SCALE, CHROMA_FLATNESS),
  ];
}

function steps(table: number[], scale: number, flatness: number): number[] {
  const step = (base: number) => Math.round(16 * (base / 16) ** flatness * scale);
  return NATURAL.map((at) => Math.min(255, Math.max(1, step(table[at] ?? 16))));
}

/** Of each frequency, luma then chroma. */
export const LAMBDAS = new Float32Array(128).fill(LUMA_LAMBDA, 0, 64).fill(CHROMA_LAMBDA, 64);
