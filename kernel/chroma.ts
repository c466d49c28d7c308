// Chroma at half the size without leaving the DCT domain: 4:4:4, 4:2:2 and 4:4:0 to 4:2:0.
//
// Two neighbouring blocks along one axis become one: the low four frequencies of each are a 4-point DCT of the block at
// half size, and the 8-point DCT of two such halves side by side is linear in them:
//   even 2m: (a[m] + (-1)^m b[m]) / 2        odd k: sum over n of ODD[k][n] (a[n] - (-1)^n b[n])
// where ODD[k][n] = sum over i of C8[k][i] C4[n][i] / sqrt(2), C8 and C4 the orthonormal DCTs. Down, then across.

import { repeatEdge } from './edges';
import {
  COLUMNS,
  ceilDiv,
  component,
  DC,
  FRAME,
  get,
  H,
  H_MAX,
  HALVE_X,
  HALVE_Y,
  HEIGHT,
  NATURAL,
  OUT_COLUMNS,
  OUT_STEPS,
  PLANE,
  REAL_COLUMNS,
  REAL_ROWS,
  SOURCE_STEPS,
  START,
  TQ,
  V,
  V_MAX,
  WIDTH,
} from './frame';
import { OK, TOO_LARGE } from './memory';
import { endBlock, prepareValues, requantiseValues } from './requantise';
import { setStreamEnd, streamEnd, streamRoom } from './stream';

/** f32, rows k = 1, 3, 5, 7; columns n = 0-3. */
const ODD = memory.data(16 * 4);
/** f32 x 64, row-major: two source blocks, two halved down, and, transposed, those two and the result. */
const A = memory.data(256, 16);
const B = memory.data(256, 16);
const LEFT = memory.data(256, 16);
const RIGHT = memory.data(256, 16);
const LEFT_T = memory.data(256, 16);
const RIGHT_T = memory.data(256, 16);
const RESULT_T = memory.data(256, 16);
/** Zigzag index -> index in a transposed block. u8. */
const TRANSPOSED = memory.data(64);
/** f32 x 16: the steps of the low four rows and columns of the component that is being halved. */
const LOW_STEPS = memory.data(64, 16);

let ready = false;

function prepare(): void {
  if (ready) return;
  ready = true;
  for (let k: usize = 0; k < 64; k++) {
    const at = load<u8>(NATURAL + k);
    store<u8>(TRANSPOSED + k, ((at & 7) << 3) | (at >> 3));
  }
  for (let j = 0; j < 4; j++)
    for (let n = 0; n < 4; n++) {
      const k = 2 * j + 1;
      let sum: f64 = 0;
      for (let i = 0; i < 4; i++) {
        const c8 = 0.5 * Math.cos((Math.PI * <f64>((2 * i + 1) * k)) / 16);
        const c4 = (n === 0 ? 0.5 : Math.SQRT1_2) * Math.cos((Math.PI * <f64>((2 * i + 1) * n)) / 8);
        sum += c8 * c4;
      }
      store<f32>(ODD + ((<usize>(j * 4 + n)) << 2), <f32>(sum * Math.SQRT1_2));
    }
}

/** Makes the blocks of component `i` out of its plane, and appends them to the symbol stream. */
export function halvePlane(i: i32): i32 {
  prepare();
  const c = component(i);
  const across = get(FRAME, HALVE_X);
  const down = get(FRAME, HALVE_Y);
  const columns = get(c, REAL_COLUMNS);
  const rows = get(c, REAL_ROWS);
  const dcStep = <f32>load<u16>(OUT_STEPS + <usize>i * 128);
  const order = across ? TRANSPOSED : NATURAL;
  prepareLowSteps(c);
  prepareValues(i, order);
  let out = streamEnd();
  const outRows = down ? ceilDiv(rows, 2) : rows;
  const outColumns = across ? ceilDiv(columns, 2) : columns;
  const step = <f32>load<u16>(SOURCE_STEPS + <usize>get(c, TQ) * 128);
  for (let y = 0; y < outRows; y++) {
    if (!streamRoom(out, <usize>columns * 256)) return TOO_LARGE;
    const fours = across && down && 2 * y + 1 < rows;
    for (let x = 0; x < outColumns; x++) {
      const index = <usize>(y * get(c, OUT_COLUMNS) + x);
      if (fours && 2 * x + 1 < columns) {
        const level = flatLevel(c, x, y);
        if (level !== NOT_FLAT) {
          store<i16>(
            <usize>get(c, DC) + (index << 1),
            <i16>max<f32>(-1024, min<f32>(1023, nearest<f32>((<f32>level * step) / dcStep))),
          );
          store<usize>(<usize>get(c, START) + (index << 2), out);
          out = endBlock(1, out);
          continue;
        }
      }
      let block = LEFT;
      halveDown(c, across ? 2 * x : x, y, LEFT);
      if (across) {
        block = RESULT_T;
        transpose(LEFT, LEFT_T);
        if (2 * x + 1 < columns) {
          halveDown(c, 2 * x + 1, y, RIGHT);
          transpose(RIGHT, RIGHT_T);
          join(LEFT_T, RIGHT_T, RESULT_T);
          join(LEFT_T + 16, RIGHT_T + 16, RESULT_T + 16);
        } else {
          mirror(LEFT_T, RESULT_T);
          mirror(LEFT_T + 16, RESULT_T + 16);
        }
      }
      const dc = nearest<f32>(load<f32>(block) / dcStep);
      store<i16>(<usize>get(c, DC) + (index << 1), <i16>max<f32>(-1024, min<f32>(1023, dc)));
      store<usize>(<usize>get(c, START) + (index << 2), out);
      out = requantiseValues(block, order, out);
    }
  }
  setStreamEnd(out);
  return OK;
}

const NOT_FLAT: i32 = i32.MIN_VALUE;

/** The DC level of the four blocks that become one when that is all they have, as in every plain background. */
function flatLevel(c: usize, x: i32, y: i32): i32 {
  const upper = <usize>get(c, PLANE) + <usize>(2 * y * get(c, COLUMNS) + 2 * x) * 128;
  const lower = upper + <usize>get(c, COLUMNS) * 128;
  const level = load<i16>(upper);
  if (load<i16>(upper, 128) !== level || load<i16>(lower) !== level || load<i16>(lower, 128) !== level)
    return NOT_FLAT;
  const some = v128.or(
    v128.or(lowLevels(upper), lowLevels(upper + 128)),
    v128.or(lowLevels(lower), lowLevels(lower + 128)),
  );
  return v128.any_true(some) ? NOT_FLAT : level;
}

/** The AC levels that count where chroma is halved both ways, one over the other. */
function lowLevels(block: usize): v128 {
  return v128.or(
    v128.or(i16x8.replace_lane(v128.load(block), 0, 0), v128.load(block, 16)),
    v128.or(v128.load(block, 32), v128.load(block, 48)),
  );
}

/** The block at column x of the result's row y, at its height. Across, only its low four columns will count. */
function halveDown(c: usize, x: i32, y: i32, to: usize): void {
  const across = get(FRAME, HALVE_X);
  if (!get(FRAME, HALVE_Y)) {
    readBlock(c, x, y, false, to);
    return;
  }
  const low = across !== 0;
  readBlock(c, x, 2 * y, low, A);
  if (2 * y + 1 < get(c, REAL_ROWS)) {
    readBlock(c, x, 2 * y + 1, low, B);
    join(A, B, to);
    if (!across) join(A + 16, B + 16, to + 16);
  } else {
    mirror(A, to);
    if (!across) mirror(A + 16, to + 16);
  }
}

/** A block of the plane in samples' terms; of one at the edge, as if the picture went on behind it as it ends. */
function readBlock(c: usize, x: i32, y: i32, low: bool, to: usize): void {
  const columns = seen(x, get(FRAME, WIDTH), get(c, H), get(FRAME, H_MAX), get(FRAME, HALVE_X));
  const rows = seen(y, get(FRAME, HEIGHT), get(c, V), get(FRAME, V_MAX), get(FRAME, HALVE_Y));
  if (columns === 8 && rows === 8) {
    if (low) dequantiseLow(c, x, y, to);
    else dequantise(c, x, y, to);
    return;
  }
  dequantise(c, x, y, to);
  repeatEdge(to, columns, rows);
}

/** How many of a block's 8 samples along an axis are in the picture; 8 where the axis is not halved, and it is no matter. */
function seen(block: i32, size: i32, factor: i32, most: i32, halved: i32): i32 {
  return halved ? min(8, ceilDiv(size * factor, most) - 8 * block) : 8;
}

/** The levels of a block of the plane, times their steps. */
function dequantise(c: usize, x: i32, y: i32, to: usize): void {
  for (let at: usize = 0; at < 256; at += 16) v128.store(to + at, i32x4.splat(0));
  const steps = SOURCE_STEPS + <usize>get(c, TQ) * 128;
  const block = <usize>get(c, PLANE) + <usize>(y * get(c, COLUMNS) + x) * 128;
  for (let group: usize = 0; group < 64; group += 4) {
    let four = load<u64>(block + (group << 1));
    while (four !== 0) {
      const shift = <i32>ctz(four) & 48;
      const k = group + <usize>(shift >> 4);
      const level = <i32>(<i16>(four >> shift));
      four &= ~((<u64>0xffff) << shift);
      store<f32>(to + ((<usize>load<u8>(NATURAL + k)) << 2), <f32>(level * <i32>load<u16>(steps + (k << 1))));
    }
  }
}

function prepareLowSteps(c: usize): void {
  const steps = SOURCE_STEPS + <usize>get(c, TQ) * 128;
  for (let k: usize = 0; k < 64; k++) {
    const at = <usize>load<u8>(NATURAL + k);
    if ((at & 7) < 4 && at < 32) {
      store<f32>(LOW_STEPS + ((at >> 3) << 4) + ((at & 7) << 2), <f32>load<u16>(steps + (k << 1)));
    }
  }
}

/** As dequantise, of the low four rows and columns, which are zigzag indices 0 to 24 (figure A.6); the others are not written. */
function dequantiseLow(c: usize, x: i32, y: i32, to: usize): void {
  const block = <usize>get(c, PLANE) + <usize>(y * get(c, COLUMNS) + x) * 128;
  const a = v128.load(block);
  const b = v128.load(block, 16);
  const d = v128.load(block, 32);
  const e = v128.load(block, 48);
  storeRow(v128.shuffle<i16>(a, a, 0, 1, 5, 6, 0, 0, 0, 0), 0, to);
  storeRow(v128.shuffle<i16>(a, b, 2, 4, 7, 13, 0, 0, 0, 0), 1, to);
  const third = v128.shuffle<i16>(a, b, 3, 8, 12, 0, 0, 0, 0, 0);
  storeRow(v128.shuffle<i16>(third, d, 0, 1, 2, 9, 0, 0, 0, 0), 2, to);
  const fourth = v128.shuffle<i16>(b, d, 1, 3, 10, 0, 0, 0, 0, 0);
  storeRow(v128.shuffle<i16>(fourth, e, 0, 1, 2, 8, 0, 0, 0, 0), 3, to);
}

/** Four levels, times their steps. */
function storeRow(levels: v128, row: usize, to: usize): void {
  const values = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(levels));
  v128.store(to + (row << 5), f32x4.mul(values, v128.load(LOW_STEPS + (row << 4))));
}

/** The low four columns, as rows. */
function transpose(from: usize, to: usize): void {
  transpose4(from, to);
  transpose4(from + 128, to + 16);
}

function transpose4(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 32);
  const c = v128.load(from, 64);
  const d = v128.load(from, 96);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 96);
}

/** Two halves, a frequency a row, into one: four columns at once. */
function join(a: usize, b: usize, to: usize): void {
  const a0 = v128.load(a);
  const a1 = v128.load(a, 32);
  const a2 = v128.load(a, 64);
  const a3 = v128.load(a, 96);
  const b0 = v128.load(b);
  const b1 = v128.load(b, 32);
  const b2 = v128.load(b, 64);
  const b3 = v128.load(b, 96);
  const half = f32x4.splat(0.5);
  v128.store(to, f32x4.mul(f32x4.add(a0, b0), half));
  v128.store(to, f32x4.mul(f32x4.sub(a1, b1), half), 64);
  v128.store(to, f32x4.mul(f32x4.add(a2, b2), half), 128);
  v128.store(to, f32x4.mul(f32x4.sub(a3, b3), half), 192);
  const d0 = f32x4.sub(a0, b0);
  const d1 = f32x4.add(a1, b1);
  const d2 = f32x4.sub(a2, b2);
  const d3 = f32x4.add(a3, b3);
  for (let j: usize = 0; j < 4; j++) {
    const row = ODD + (j << 4);
    const low = f32x4.add(f32x4.mul(d0, v128.load32_splat(row)), f32x4.mul(d1, v128.load32_splat(row, 4)));
    const high = f32x4.add(
      f32x4.mul(d2, v128.load32_splat(row, 8)),
      f32x4.mul(d3, v128.load32_splat(row, 12)),
    );
    v128.store(to + (j << 6), f32x4.add(low, high), 32);
  }
}

/** A half beside its own mirror image: what stands behind the edge of the picture, at the least bits. */
function mirror(a: usize, to: usize): void {
  const zero = f32x4.splat(0);
  for (let n: usize = 0; n < 4; n++) {
    v128.store(to + (n << 6), v128.load(a + (n << 5)));
    v128.store(to + (n << 6), zero, 32);
  }
}
