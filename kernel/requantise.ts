// Requantisation (the quantisation of T.81 A.3.4, from one step to another): levels of the source into symbols of the
// result, or into nothing where the bits of a coefficient buy too little.
//
// A coefficient of u result steps is worth level n rather than n-1 when the squared error saved, 2(u-n)+1 steps², is worth
// the bits it costs, at LAMBDA steps² a bit. For ±1 the bits depend on the zero run before it, so each entry of the table
// has the longest run it is worth: one comparison when decoding. What a block has already (its activity: the bits of its
// levels so far) counts like a longer run: noise is not seen, nor by SSIM, where there is much else to see.
import { CHROMA, component, get, OUT_STEPS, REQUANT, SOURCE_STEPS, set, TQ } from './frame';

/** Flags the last symbol of a block. */
export const LAST: u32 = 1 << 31;

/**
 * A component's table: 80 x 64 u32 by zigzag index and level + 32, then 64 f64 source step / result step. The last 16 rows
 * are nothing: damaged data may run that far before it is looked at.
 */
const RATIOS: usize = 80 * 64 * 4;
const TABLE_BYTES: usize = RATIOS + 64 * 8;
const TABLES = memory.data(3 * 20992, 16);

/** Given by the caller, for luma and chroma each: 64 u16 target steps, and 64 f32 LAMBDA, in zigzag order. */
export const TARGET_STEPS = memory.data(2 * 128);
export const LAMBDA = memory.data(2 * 256);

/** Bits of ±1 after a run of zeros: about what an optimal code spends on photographs. 0-15, and what 16 more zeros add. */
const ONE_BITS = memory.data<f32>([
  3, 4.2, 5.2, 6, 6.7, 7.3, 7.9, 8.4, 8.9, 9.3, 9.6, 9.9, 10.2, 10.5, 10.8, 11.1,
]);
const RUN16_BITS: f32 = 7;
/** Bits from level n-1 to n, for n of 2 and over. */
const STEP_BITS: f32 = 1.6;

/** A run and an activity together are never longer. */
const ALWAYS: i32 = 126;
export const MOST_ACTIVITY: i32 = 63;

/** f32 x 64: u at which ±1 is worth its bits after this run. */
const WORTH = memory.data(64 * 4);

/** DC values (8 x the sample less 128) that decode to 0 and to 255, and those that do so for sure. */
const BLACK: i32 = -1020;
const BLACK_END: i32 = 1024;
const WHITE: i32 = 1012;
const WHITE_END: i32 = 1016;

/** True when any step of component `i` gets coarser. Sets its steps and its table. */
export function prepareRequantisation(i: i32, exact: bool): bool {
  const c = component(i);
  const table = TABLES + <usize>i * TABLE_BYTES;
  const chroma = <usize>get(c, CHROMA);
  const source = SOURCE_STEPS + <usize>get(c, TQ) * 128;
  store<usize>(c + REQUANT, table);
  let coarser = false;
  let worthAt: f32 = -1;
  for (let k: usize = 0; k < 64; k++) {
    const from = <u32>load<u16>(source + (k << 1));
    const to = exact ? from : max<u32>(from, load<u16>(TARGET_STEPS + chroma * 128 + (k << 1)));
    if (to > from) coarser = true;
    store<u16>(OUT_STEPS + <usize>i * 128 + (k << 1), <u16>to);
    const ratio = <f64>from / <f64>to;
    store<f64>(table + RATIOS + (k << 3), ratio);
    const lambda: f32 = exact ? 0 : load<f32>(LAMBDA + chroma * 256 + (k << 2));
    if (lambda !== worthAt) worthOf(lambda);
    worthAt = lambda;
    const row = table + (k << 8);
    store<u32>(row + 128, 0);
    for (let a: i32 = 1; a <= 32; a++) {
      const code = codeOf(<f32>(<f64>a * ratio), lambda, exact);
      if (a < 32) store<u32>(row + ((<usize>(32 + a)) << 2), code);
      store<u32>(row + ((<usize>(32 - a)) << 2), negative(code));
    }
  }
  return coarser;
}

/** Component `to` is requantised as `from` is. */
export function shareRequantisation(from: i32, to: i32): void {
  set(component(to), REQUANT, get(component(from), REQUANT));
  memory.copy(OUT_STEPS + <usize>to * 128, OUT_STEPS + <usize>from * 128, 128);
}

function worthOf(lambda: f32): void {
  for (let run = 0; run < 64; run++) {
    const bits = load<f32>(ONE_BITS + ((<usize>(run & 15)) << 2)) + <f32>(run >> 4) * RUN16_BITS;
    store<f32>(WORTH + ((<usize>run) << 2), 0.5 + 0.5 * lambda * bits);
  }
}

/** The symbol of a positive coefficient of `u` steps, without its run, and on top 1 + the longest run; 0 for a zero. */
function codeOf(u: f32, lambda: f32, exact: bool): u32 {
  let level = <i32>floor<f32>(u + 0.5);
  if (level === 0) return 0;
  if (level > 1 && u < <f32>level - 0.5 + 0.5 * lambda * STEP_BITS) level--;
  let longest = ALWAYS;
  if (level === 1 && !exact) {
    longest = 63;
    while (longest >= 0 && u < load<f32>(WORTH + ((<usize>longest) << 2))) longest--;
    if (longest < 0) return 0;
  }
  const size: u32 = 32 - clz<u32>(level);
  return ((<u32>(longest + 1)) << 24) | (size << 16) | <u32>level;
}

/** F.1.2.1.1: a negative value is written as its bits less one. */
function negative(code: u32): u32 {
  return code ^ ((1 << ((code >> 16) & 15)) - 1);
}

/** As an entry of the table, for levels it does not reach. */
export function requantiseLarge(table: usize, k: i32, value: i32): u32 {
  const u = <f64>abs(value) * load<f64>(table + RATIOS + ((<usize>k) << 3));
  const level = max<i32>(1, <i32>floor<f64>(u + 0.5));
  const size: u32 = 32 - clz<u32>(level);
  // A level of 1 here has a step 32 times the source's and more: it is kept, or lost to rounding.
  if (u < 0.5) return 0;
  const code: u32 = ((ALWAYS + 1) << 24) | (size << 16) | <u32>level;
  return value < 0 ? negative(code) : code;
}

/** Source step / result step of component `c` for DC. */
export function dcRatio(c: usize): f64 {
  return load<f64>(<usize>get(c, REQUANT) + RATIOS);
}

/**
 * DC of component `c` in result steps. Black and white stay what they are: a level next to the end of the range would
 * decode to a gray beside it, and every white background would show it.
 */
export function dcLevel(c: usize, dc: i32, ratio: f64): i32 {
  const level = <i32>nearest<f64>(<f64>dc * ratio);
  if (ratio === 1 || get(c, CHROMA) !== 0) return level;
  const value = dc * <i32>load<u16>(SOURCE_STEPS + <usize>get(c, TQ) * 128);
  const step = <i32>load<u16>(OUT_STEPS);
  if (value <= BLACK) return min(level, -((BLACK_END + step - 1) / step));
  if (value >= WHITE) return max(level, (WHITE_END + step - 1) / step);
  return level;
}

/** Appends the AC symbols of a block of source levels, i16 in zigzag order, at `out`. Returns where the next goes. */
export function requantiseLevels(block: usize, table: usize, out: usize): usize {
  let after: i32 = 1;
  let activity: i32 = 0;
  for (let group: i32 = 0; group < 64; group += 4) {
    let four = load<u64>(block + ((<usize>group) << 1));
    if (group === 0) four &= ~0xffff;
    while (four !== 0) {
      const shift = <i32>ctz(four) & 48;
      const value = <i32>(<i16>(four >> shift));
      const k = group + (shift >> 4);
      four &= ~((<u64>0xffff) << shift);
      const code =
        <u32>(value + 32) < 64
          ? load<u32>(table + ((<usize>k) << 8) + ((<usize>(value + 32)) << 2))
          : requantiseLarge(table, k, value);
      const run = k - after;
      if (run + activity > <i32>(code >> 24) - 1) continue;
      activity = min(MOST_ACTIVITY, activity + ((code >> 16) & 15));
      after = k + 1;
      out = append(code & 0xffffff, run, out);
    }
  }
  return endBlock(after, out);
}

/** Of the component whose values are being requantised: f32 1 / step and LAMBDA in zigzag order, and in the order of the
 *  values the least that may be worth its bits. */
const INVERSE = memory.data(256);
const LAMBDA_OF = memory.data(256);
const LEAST = memory.data(256);

export function prepareValues(i: i32, order: usize): void {
  const lambdas = LAMBDA + <usize>get(component(i), CHROMA) * 256;
  memory.copy(LAMBDA_OF, lambdas, 256);
  for (let k: usize = 0; k < 64; k++) {
    const step = <f32>load<u16>(OUT_STEPS + <usize>i * 128 + (k << 1));
    store<f32>(INVERSE + (k << 2), 1 / step);
    const least =
      k === 0 ? f32.MAX_VALUE : step * (0.5 + 0.5 * load<f32>(lambdas + (k << 2)) * load<f32>(ONE_BITS));
    store<f32>(LEAST + ((<usize>load<u8>(order + k)) << 2), least);
  }
}

/** As requantiseLevels, for f32 coefficients of the component of prepareValues. `order`: zigzag index -> theirs. */
export function requantiseValues(block: usize, order: usize, out: usize): usize {
  let after: i32 = 1;
  // Most blocks of chroma have nothing but DC.
  let some = i32x4.splat(0);
  for (let at: usize = 0; at < 256; at += 16)
    some = v128.or(some, f32x4.ge(f32x4.abs(v128.load(block + at)), v128.load(LEAST + at)));
  if (!v128.any_true(some)) return endBlock(after, out);
  for (let k: i32 = 1; k < 64; k++) {
    const place = (<usize>load<u8>(order + k)) << 2;
    const value = load<f32>(block + place);
    if (abs<f32>(value) < load<f32>(LEAST + place)) continue;
    const at = (<usize>k) << 2;
    const u = abs<f32>(value) * load<f32>(INVERSE + at);
    const lambda = load<f32>(LAMBDA_OF + at);
    const run = k - after;
    let level = <i32>floor<f32>(u + 0.5);
    if (level > 1 && u < <f32>level - 0.5 + 0.5 * lambda * STEP_BITS) level--;
    if (level === 1) {
      const bits = load<f32>(ONE_BITS + ((<usize>(run & 15)) << 2)) + <f32>(run >> 4) * RUN16_BITS;
      if (u < 0.5 + 0.5 * lambda * bits) continue;
    }
    if (level === 0) continue;
    level = min(level, 1023);
    const size: u32 = 32 - clz<u32>(level);
    const code: u32 = (size << 16) | <u32>level;
    after = k + 1;
    out = append(value < 0 ? negative(code) : code, run, out);
  }
  return endBlock(after, out);
}

function append(code: u32, run: i32, out: usize): usize {
  for (let i = run >> 4; i > 0; i--, out += 4) store<u32>(out, 0xf0 << 16);
  store<u32>(out, code + ((run & 15) << 20));
  return out + 4;
}

/** EOB unless the last coefficient is there (F.1.2.2). */
export function endBlock(after: i32, out: usize): usize {
  if (after === 64) {
    store<u32>(out - 4, load<u32>(out - 4) | LAST);
    return out;
  }
  store<u32>(out, LAST);
  return out + 4;
}
