// How like two pictures are: PSNR over RGB and over luma, SSIM, and MS-SSIM, all at full resolution.
//
// SSIM is Wang et al. 2004 over luma (ITU-R BT.601), in uniform windows of 8x8 at every pixel offset (the index of their
// 2002 paper with the constants of 2004): windows lie across the block grid as often as on it, and running sums make them
// cheap. MS-SSIM is Wang et al. 2003 with the same windows and its five weights; pictures too small for five scales use
// as many as fit, with the weights made to sum to 1.
import sharp from 'sharp';

const WINDOW = 8;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;
const SCALE_WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** What equal pictures get, so that means stay finite. */
const EQUAL_DB = 99;

/** A picture as it is displayed: turned upright, in sRGB. Corrupt data is an error, a mere warning is not. */
export async function decodePixels(input, { failOn = 'error' } = {}) {
  const { data, info } = await sharp(input, { failOn, limitInputPixels: false, autoOrient: true })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return prepared(data, info);
}

function prepared(data, { width, height, channels }) {
  const luma = new Float32Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at++, from += channels) {
    luma[at] =
      channels < 3 ? data[from] : 0.299 * data[from] + 0.587 * data[from + 1] + 0.114 * data[from + 2];
  }
  return { data, luma, width, height, channels };
}

/** Two pictures of one size, from `decodePixels`. */
export function likeness(source, result) {
  if (source.width !== result.width || source.height !== result.height) {
    throw new Error(`${result.width}x${result.height} is not the size of ${source.width}x${source.height}`);
  }
  const scales = structure(source, result);
  return {
    psnr: psnr(squaredError(source, result)),
    lumaPsnr: psnr(meanSquare(source.luma, result.luma)),
    ssim: scales[0].ssim,
    msSsim: combined(scales),
  };
}

export function psnr(meanSquaredError) {
  return meanSquaredError === 0 ? EQUAL_DB : 10 * Math.log10(255 ** 2 / meanSquaredError);
}

/** Over all channels; gray against colour is compared as colour. */
function squaredError(one, other) {
  if (one.channels === other.channels) return meanSquare(one.data, other.data);
  const [gray, colour] = one.channels < other.channels ? [one, other] : [other, one];
  let sum = 0;
  for (let at = 0; at < colour.data.length; at++) {
    sum += (gray.data[Math.floor(at / colour.channels) * gray.channels] - colour.data[at]) ** 2;
  }
  return sum / colour.data.length;
}

function meanSquare(one, other) {
  let sum = 0;
  for (let at = 0; at < one.length; at++) {
    const difference = one[at] - other[at];
    sum += difference * difference;
  }
  return sum / one.length;
}

/** SSIM and its contrast-structure part at each scale, finest first. */
function structure({ luma: one, width, height }, { luma: other }) {
  const scales = [];
  let scale = { one, other, width, height };
  do {
    scales.push(ssimOf(scale));
    scale = halved(scale);
  } while (scales.length < SCALE_WEIGHTS.length && Math.min(scale.width, scale.height) >= WINDOW);
  return scales;
}

function combined(scales) {
  const total = SCALE_WEIGHTS.slice(0, scales.length).reduce((sum, weight) => sum + weight, 0);
  return scales.reduce((product, { ssim, contrast }, index) => {
    const last = index === scales.length - 1;
    return product * Math.max(0, last ? ssim : contrast) ** (SCALE_WEIGHTS[index] / total);
  }, 1);
}

function halved({ one, other, width, height }) {
  const [across, down] = [width >> 1, height >> 1];
  const shrink = (from) => {
    const to = new Float32Array(across * down);
    for (let y = 0, at = 0; y < down; y++) {
      for (let x = 0, top = 2 * y * width; x < across; x++, top += 2) {
        to[at++] = (from[top] + from[top + 1] + from[top + width] + from[top + width + 1]) / 4;
      }
    }
    return to;
  };
  return { one: shrink(one), other: shrink(other), width: across, height: down };
}

/** Sums of a, b, aa + bb and ab run down the columns; a second running sum goes along each row. */
function ssimOf({ one, other, width, height }) {
  const [across, down] = [Math.min(WINDOW, width), Math.min(WINDOW, height)];
  const count = across * down;
  const [sumA, sumB, sumSquares, sumAb] = Array.from({ length: 4 }, () => new Float64Array(width));
  const add = (y, sign) => {
    for (let x = 0, at = y * width; x < width; x++, at++) {
      const a = one[at];
      const b = other[at];
      sumA[x] += sign * a;
      sumB[x] += sign * b;
      sumSquares[x] += sign * (a * a + b * b);
      sumAb[x] += sign * a * b;
    }
  };
  let [ssim, contrast] = [0, 0];
  for (let y = 0; y < height; y++) {
    add(y, 1);
    if (y >= down) add(y - down, -1);
    if (y < down - 1) continue;
    let [a, b, squares, ab] = [0, 0, 0, 0];
    for (let x = 0; x < width; x++) {
      a += sumA[x];
      b += sumB[x];
      squares += sumSquares[x];
      ab += sumAb[x];
      if (x >= across) {
        a -= sumA[x - across];
        b -= sumB[x - across];
        squares -= sumSquares[x - across];
        ab -= sumAb[x - across];
      }
      if (x < across - 1) continue;
      const means = (a * b) / count;
      const meanSquares = (a * a + b * b) / count;
      // Sums instead of means: every term is `count` times what the formula has, which cancels out.
      const part = (2 * (ab - means) + C2 * count) / (squares - meanSquares + C2 * count);
      contrast += part;
      ssim += (part * (2 * means + C1 * count)) / (meanSquares + C1 * count);
    }
  }
  const windows = (width - across + 1) * (height - down + 1);
  return { ssim: ssim / windows, contrast: contrast / windows };
}
