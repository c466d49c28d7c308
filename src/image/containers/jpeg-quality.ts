// The quality a JPEG was made with, on libjpeg's scale, from its luminance quantisation table.

/** ITU-T T.81 table K.1. Only sums are compared, so the order of its entries does not matter. */
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/** Quality -> sum of the 64 steps that libjpeg would use (jcparam.c, baseline). Index 0 is not used. */
const SUMS = Array.from({ length: 101 }, (_, quality) => {
  if (quality === 0) return Number.POSITIVE_INFINITY;
  const scale = quality < 50 ? Math.trunc(5000 / quality) : 200 - 2 * quality;
  const step = (base: number) => Math.min(255, Math.max(1, Math.trunc((base * scale + 50) / 100)));
  return LUMA.reduce((sum, base) => sum + step(base), 0);
});

/**
 * The libjpeg quality, 1-100, whose luminance table is as coarse in sum as this one. Exact for tables that libjpeg
 * scaled; for other encoders' tables (mozjpeg, Photoshop) the quality of about the same coarseness.
 * @param dqt payload of a DQT segment: per table one byte (precision << 4 | id), then 64 steps of 1 or 2 bytes.
 * @returns 100 when the table cannot be read.
 */
export function jpegQuality(dqt: Buffer): number {
  for (let at = 0; at < dqt.length; ) {
    const head = dqt.readUInt8(at++);
    const bytes = head >> 4 === 0 ? 1 : 2;
    if (at + 64 * bytes > dqt.length) return 100;
    // Table 0 is luminance in every encoder seen.
    if ((head & 15) === 0) {
      let sum = 0;
      for (let i = 0; i < 64; i++) sum += dqt.readUIntBE(at + i * bytes, bytes);
      return qualityOfSum(sum);
    }
    at += 64 * bytes;
  }
  return 100;
}

/** The sums fall as quality rises. On a tie, as of all-ones tables, the higher quality. */
export function qualityOfSum(sum: number): number {
  let best = 1;
  for (let quality = 2; quality <= 100; quality++)
    if (Math.abs((SUMS[quality] ?? 0) - sum) <= Math.abs((SUMS[best] ?? 0) - sum)) best = quality;
  return best;
}
