// The kernel's entry: `open` reads the header of a source so that the caller can choose target steps, `transcode` does the
// work. See ../transcode.ts for the other side.
import { reserveBits } from './bits';
import { halvePlane } from './chroma';
import { writeJpeg } from './encode';
import {
  ADOBE,
  COLUMNS,
  COUNT,
  ceilDiv,
  component,
  DC,
  DC_MOST,
  FRAME,
  get,
  H,
  H_MAX,
  HALVE_X,
  HALVE_Y,
  HEIGHT,
  ID,
  JFIF,
  OUT_COLUMNS,
  OUT_H,
  OUT_MCUS_X,
  OUT_MCUS_Y,
  OUT_ROWS,
  OUT_V,
  PLANE,
  PROGRESSIVE,
  REAL_COLUMNS,
  REAL_ROWS,
  REQUANT,
  ROWS,
  SOURCE_STEPS,
  START,
  set,
  TQ,
  V,
  V_MAX,
  WIDTH,
} from './frame';
import { codedBytes, readHeader, readScans } from './markers';
import { OK, reserve, resetMemory, TOO_LARGE, UNSUPPORTED } from './memory';
import {
  dcLevel,
  dcRatio,
  LAMBDA,
  prepareRequantisation,
  requantiseLevels,
  shareRequantisation,
  TARGET_STEPS,
} from './requantise';
import { clearHistograms } from './statistics';
import { openStream, setStreamEnd, streamEnd, streamRoom } from './stream';
import { writingAt } from './writer';

let inputAt: usize = 0;
let inputBytes: usize = 0;
let coarser: bool = false;

/** Where an input of `bytes` is to be copied to; 0 when it is too large. */
export function place(bytes: usize): usize {
  resetMemory();
  inputBytes = bytes;
  inputAt = reserve(bytes);
  return inputAt;
}

/** Reads the header. 0, or a code of memory.ts. */
export function open(): i32 {
  const fault = readHeader(inputAt, inputBytes);
  return fault !== OK ? fault : isYcc() ? OK : UNSUPPORTED;
}

/** 64 u16: the steps of the first component. */
export function sourceSteps(): usize {
  return SOURCE_STEPS + <usize>get(component(0), TQ) * 128;
}
/** What a block of chroma takes, in blocks of luma: so in photographs. */
const CHROMA_SHARE: f64 = 0.2;

/** Bits of coded data a pixel of luma. */
export function density(): f64 {
  const luma = component(0);
  let share: f64 = 1;
  for (let i = 1; i < get(FRAME, COUNT); i++) {
    const c = component(i);
    share += (CHROMA_SHARE * <f64>(get(c, H) * get(c, V))) / <f64>(get(luma, H) * get(luma, V));
  }
  return (<f64>codedBytes() * 8) / (share * <f64>get(FRAME, WIDTH) * <f64>get(FRAME, HEIGHT));
}
export function targetSteps(): usize {
  return TARGET_STEPS;
}
export function lambda(): usize {
  return LAMBDA;
}

/** After transcode(): the file, its bytes, and whether any step got coarser. */
let resultAt: usize = 0;
export function result(): usize {
  return resultAt;
}
export function resultBytes(): usize {
  return writingAt() - resultAt;
}
export function gotCoarser(): bool {
  return coarser;
}

/** @param exact keep every level as it is: only the entropy coding is made new. */
export function transcode(exact: bool): i32 {
  clearHistograms();
  chooseHalving(get(FRAME, COUNT), exact);
  if (!isWorthwhile()) return UNSUPPORTED;
  if (!layFrame(exact) || !reserveBits(inputBytes)) return TOO_LARGE;
  openStream();
  const fault = readScans();
  if (fault !== OK) return fault;
  for (let i = 0; i < get(FRAME, COUNT); i++) {
    if (get(component(i), PLANE) === 0) continue;
    const halved = i > 0 && (get(FRAME, HALVE_X) | get(FRAME, HALVE_Y)) !== 0;
    const failed = halved ? halvePlane(i) : requantisePlane(i);
    if (failed !== OK) return failed;
  }
  resultAt = writeJpeg();
  return resultAt === 0 ? TOO_LARGE : OK;
}

/** JFIF is YCbCr; else Adobe's marker says (0 is RGB); else the component ids. As libjpeg guesses. */
function isYcc(): bool {
  if (get(FRAME, COUNT) === 1) return true;
  const adobe = <usize>get(FRAME, ADOBE);
  if (adobe !== 0) return load<u8>(adobe + 11) === 1;
  if (get(FRAME, JFIF) !== 0) return true;
  return !(get(component(0), ID) === 82 && get(component(1), ID) === 71 && get(component(2), ID) === 66);
}

/** Chroma of a quarter the width and less is kept better by decoding and encoding. */
function isWorthwhile(): bool {
  return get(FRAME, COUNT) === 1 || (get(FRAME, H_MAX) <= 2 && get(FRAME, V_MAX) <= 2);
}

/** A.1.1 and A.2: blocks of the source and of the result, and memory for them. False when that is too much. */
function layFrame(exact: bool): bool {
  const count = get(FRAME, COUNT);
  const luma = component(0);
  const halving = (get(FRAME, HALVE_X) | get(FRAME, HALVE_Y)) !== 0;
  const outH = halving ? 2 : get(FRAME, H_MAX);
  const outV = halving ? 2 : get(FRAME, V_MAX);
  set(FRAME, OUT_MCUS_X, ceilDiv(get(FRAME, WIDTH), 8 * outH));
  set(FRAME, OUT_MCUS_Y, ceilDiv(get(FRAME, HEIGHT), 8 * outV));
  let blocks = 0;
  let coded: usize = 0;
  coarser = false;
  for (let i = 0; i < count; i++) {
    const c = component(i);
    set(c, DC_MOST, min(1024, 2047 / max(1, <i32>load<u16>(SOURCE_STEPS + <usize>get(c, TQ) * 128))));
    const h = get(c, H);
    const v = get(c, V);
    const hMax = get(FRAME, H_MAX);
    const vMax = get(FRAME, V_MAX);
    set(c, REAL_COLUMNS, ceilDiv(ceilDiv(get(FRAME, WIDTH) * h, hMax), 8));
    set(c, REAL_ROWS, ceilDiv(ceilDiv(get(FRAME, HEIGHT) * v, vMax), 8));
    set(c, COLUMNS, ceilDiv(get(FRAME, WIDTH), 8 * hMax) * h);
    set(c, ROWS, ceilDiv(get(FRAME, HEIGHT), 8 * vMax) * v);
    set(c, OUT_H, halving ? (c === luma ? 2 : 1) : h);
    set(c, OUT_V, halving ? (c === luma ? 2 : 1) : v);
    set(c, OUT_COLUMNS, get(FRAME, OUT_MCUS_X) * get(c, OUT_H));
    set(c, OUT_ROWS, get(FRAME, OUT_MCUS_Y) * get(c, OUT_V));
    blocks += get(c, OUT_H) * get(c, OUT_V);
    coded += <usize>get(c, REAL_COLUMNS) * <usize>get(c, REAL_ROWS);
    // Each takes a bit at the least, so memory is bounded by the bytes that came, whatever the frame says.
    if (coded > inputBytes * 8) return false;
    // Cr's table is Cb's when it has the same steps.
    if (i === 2 && get(c, TQ) === get(component(1), TQ)) shareRequantisation(1, 2);
    else if (prepareRequantisation(i, exact)) coarser = true;
    if (!reserveBlocks(c, get(FRAME, PROGRESSIVE) === 1 || (halving && i > 0))) return false;
  }
  return blocks <= 10;
}

/** Chroma is halved where that makes it a quarter of the picture; never to less, and never of odd factors. */
function chooseHalving(count: i32, exact: bool): void {
  set(FRAME, HALVE_X, 0);
  set(FRAME, HALVE_Y, 0);
  if (count !== 3 || exact) return;
  const luma = component(0);
  const cb = component(1);
  const cr = component(2);
  if (get(cb, H) !== get(cr, H) || get(cb, V) !== get(cr, V)) return;
  const across = get(luma, H) / get(cb, H);
  const down = get(luma, V) / get(cb, V);
  if (across * get(cb, H) !== get(luma, H) || down * get(cb, V) !== get(luma, V)) return;
  if (get(luma, H) > 2 || get(luma, V) > 2 || across < 1 || down < 1) return;
  if (across === 1) set(FRAME, HALVE_X, 1);
  if (down === 1) set(FRAME, HALVE_Y, 1);
}

function reserveBlocks(c: usize, plane: bool): bool {
  const blocks = <usize>get(c, OUT_COLUMNS) * <usize>get(c, OUT_ROWS);
  const dc = reserve(blocks * 2);
  const start = reserve(blocks * 4);
  if (dc === 0 || start === 0) return false;
  memory.fill(start, 0, blocks * 4);
  set(c, DC, <i32>dc);
  set(c, START, <i32>start);
  set(c, PLANE, 0);
  if (!plane) return true;
  const bytes = <usize>get(c, COLUMNS) * <usize>get(c, ROWS) * 128;
  const levels = reserve(bytes);
  if (levels === 0) return false;
  // Sequential blocks are cleared when they are decoded.
  if (get(FRAME, PROGRESSIVE) === 1) memory.fill(levels, 0, bytes);
  set(c, PLANE, <i32>levels);
  return true;
}

/** A component of a progressive source at its own size. */
function requantisePlane(i: i32): i32 {
  const c = component(i);
  const table = <usize>get(c, REQUANT);
  const ratio = dcRatio(c);
  let out = streamEnd();
  const columns = min(get(c, COLUMNS), get(c, OUT_COLUMNS));
  const rows = min(get(c, ROWS), get(c, OUT_ROWS));
  for (let y = 0; y < rows; y++) {
    if (!streamRoom(out, <usize>columns * 256)) return TOO_LARGE;
    let block = <usize>get(c, PLANE) + <usize>(y * get(c, COLUMNS)) * 128;
    let dc = <usize>get(c, DC) + <usize>(y * get(c, OUT_COLUMNS)) * 2;
    let start = <usize>get(c, START) + <usize>(y * get(c, OUT_COLUMNS)) * 4;
    for (let x = 0; x < columns; x++, block += 128, dc += 2, start += 4) {
      store<i16>(dc, <i16>dcLevel(c, <i32>load<i16>(block), ratio));
      store<usize>(start, out);
      out = requantiseLevels(block, table, out);
    }
  }
  setStreamEnd(out);
  return OK;
}
