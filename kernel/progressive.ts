// Progressive scans (T.81 Annex G.2): each adds bits or a band to the planes of source levels.
import { bitsBase, segmentCount, segmentEnd, segmentFault } from './bits';
import {
  AC_TABLE,
  COLUMNS,
  component,
  DC_MOST,
  DC_TABLE,
  FRAME,
  get,
  H,
  PLANE,
  PREDICTION,
  REAL_COLUMNS,
  REAL_ROWS,
  RESTART,
  ROWS,
  set,
  V,
} from './frame';
import { LOOK_BITS, longCode } from './huffman-tables';
import { BAD_CODE, EXTRANEOUS, OK, OVERRUN } from './memory';

let segment: i32 = 0;
let untilRestart: i32 = 0;
let position: u32 = 0;

/** What G.1.2 and F.1.1.5.2 say of restarts, before each MCU. Moves to the next segment. */
function restart(): i32 {
  const fault = segmentFault(position, segment);
  if (fault !== OK) return fault;
  position = (position + 7) & ~7;
  untilRestart = get(FRAME, RESTART);
  return ++segment < segmentCount() ? OK : EXTRANEOUS;
}

function begin(): void {
  segment = 0;
  position = 0;
  const interval = get(FRAME, RESTART);
  untilRestart = interval > 0 ? interval : i32.MAX_VALUE;
}

function end(): i32 {
  const fault = segmentFault(position, segment);
  if (fault !== OK) return fault;
  return segment === segmentCount() - 1 ? OK : EXTRANEOUS;
}

/** The next 57 bits, from the top. */
function peek(base: usize, pos: u32): u64 {
  return load<u64>(base - (pos >> 3)) << (pos & 7);
}

function decodeCode(table: usize, bits: u64): i32 {
  const entry = load<i32>(table + ((<usize>(bits >> (64 - LOOK_BITS))) << 2));
  return entry !== 0 ? entry : longCode(table, bits);
}

/** F.12: EXTEND. */
function extend(raw: i32, size: i32): i32 {
  return raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
}

/** G.1.2.1: DC of all components in the scan, or one more bit of each. */
export function decodeDc(list: usize, count: i32, high: i32, low: i32): i32 {
  const base = bitsBase();
  const only = component(load<u8>(list));
  const mcusX = count === 1 ? get(only, REAL_COLUMNS) : get(only, COLUMNS) / get(only, H);
  const mcusY = count === 1 ? get(only, REAL_ROWS) : get(only, ROWS) / get(only, V);
  begin();
  for (let y = 0; y < mcusY; y++)
    for (let x = 0; x < mcusX; x++) {
      if (untilRestart === 0) {
        const fault = restart();
        if (fault !== OK) return fault;
        for (let i = 0; i < count; i++) set(component(load<u8>(list + i)), PREDICTION, 0);
      }
      untilRestart--;
      let pos = position;
      for (let i = 0; i < count; i++) {
        const c = component(load<u8>(list + i));
        const h = count === 1 ? 1 : get(c, H);
        const v = count === 1 ? 1 : get(c, V);
        const table = <usize>get(c, DC_TABLE);
        for (let row = 0; row < v; row++)
          for (let column = 0; column < h; column++) {
            const block =
              <usize>get(c, PLANE) + <usize>((y * v + row) * get(c, COLUMNS) + x * h + column) * 128;
            let bits = peek(base, pos);
            if (high !== 0) {
              if (<i64>bits < 0) store<i16>(block, <i16>(<i32>load<i16>(block) | (1 << low)));
              pos++;
              continue;
            }
            const entry = decodeCode(table, bits);
            if (entry === 0) return BAD_CODE;
            const size = entry >> 8;
            bits <<= entry & 0xff;
            pos += entry & 0xff;
            if (size > 11) return BAD_CODE;
            let dc = get(c, PREDICTION);
            if (size > 0) {
              dc += extend(<i32>(bits >> (64 - size)), size);
              pos += size;
            }
            if (abs(dc << low) > get(c, DC_MOST)) return BAD_CODE;
            set(c, PREDICTION, dc);
            store<i16>(block, <i16>(dc << low));
          }
      }
      position = pos;
      if (pos > segmentEnd(segment) << 3) return OVERRUN;
    }
  return end();
}

/** G.1.2.2: a band of one component, for the first time. */
export function decodeAcFirst(c: usize, first: i32, last: i32, low: i32): i32 {
  const base = bitsBase();
  const table = <usize>get(c, AC_TABLE);
  const columns = get(c, REAL_COLUMNS);
  const rows = get(c, REAL_ROWS);
  let endOfBands: i32 = 0;
  begin();
  for (let y = 0; y < rows; y++) {
    let block = <usize>get(c, PLANE) + <usize>(y * get(c, COLUMNS)) * 128;
    for (let x = 0; x < columns; x++, block += 128) {
      if (untilRestart === 0) {
        if (endOfBands > 0) return BAD_CODE;
        const fault = restart();
        if (fault !== OK) return fault;
      }
      untilRestart--;
      if (endOfBands > 0) {
        endOfBands--;
        continue;
      }
      let pos = position;
      for (let k = first; k <= last; k++) {
        let bits = peek(base, pos);
        const entry = decodeCode(table, bits);
        if (entry === 0) return BAD_CODE;
        bits <<= entry & 0xff;
        pos += entry & 0xff;
        const run = entry >> 12;
        const size = (entry >> 8) & 15;
        if (size === 0) {
          if (run === 15) {
            k += 15;
            if (k >= last) return BAD_CODE;
            continue;
          }
          endOfBands = (1 << run) - 1;
          if (run > 0) endOfBands += <i32>(bits >> (64 - run));
          pos += run;
          break;
        }
        k += run;
        if (k > last || size > 10) return BAD_CODE;
        const value = extend(<i32>(bits >> (64 - size)), size) << low;
        pos += size;
        if (value < -1023 || value > 1023) return BAD_CODE;
        store<i16>(block + ((<usize>k) << 1), <i16>value);
      }
      position = pos;
      if (pos > segmentEnd(segment) << 3) return OVERRUN;
    }
  }
  return endOfBands > 0 ? BAD_CODE : end();
}

/** G.1.2.3: one more bit of a band, and the coefficients that become known with it. */
export function decodeAcRefine(c: usize, first: i32, last: i32, low: i32): i32 {
  const base = bitsBase();
  const table = <usize>get(c, AC_TABLE);
  const columns = get(c, REAL_COLUMNS);
  const rows = get(c, REAL_ROWS);
  const one = 1 << low;
  let endOfBands: i32 = 0;
  begin();
  for (let y = 0; y < rows; y++) {
    let block = <usize>get(c, PLANE) + <usize>(y * get(c, COLUMNS)) * 128;
    for (let x = 0; x < columns; x++, block += 128) {
      if (untilRestart === 0) {
        if (endOfBands > 0) return BAD_CODE;
        const fault = restart();
        if (fault !== OK) return fault;
      }
      untilRestart--;
      let pos = position;
      let k = first;
      while (endOfBands === 0 && k <= last) {
        let bits = peek(base, pos);
        const entry = decodeCode(table, bits);
        if (entry === 0) return BAD_CODE;
        bits <<= entry & 0xff;
        pos += entry & 0xff;
        let run = entry >> 12;
        const size = (entry >> 8) & 15;
        let value = 0;
        if (size === 0) {
          if (run < 15) {
            // This block's end counts too, so its refinement below takes one off.
            endOfBands = 1 << run;
            if (run > 0) endOfBands += <i32>(bits >> (64 - run));
            pos += run;
            break;
          }
        } else {
          if (size !== 1) return BAD_CODE;
          value = <i64>bits < 0 ? one : -one;
          pos++;
        }
        // Past `run` coefficients that are still zero; those that are not get their bit on the way.
        let placed = false;
        for (; k <= last; k++) {
          const at = block + ((<usize>k) << 1);
          const level = <i32>load<i16>(at);
          if (level !== 0) {
            if (<i64>peek(base, pos++) < 0) store<i16>(at, <i16>(level + (level > 0 ? one : -one)));
          } else if (run-- === 0) {
            if (value !== 0) store<i16>(at, <i16>value);
            placed = true;
            k++;
            break;
          }
        }
        if (!placed) return BAD_CODE;
      }
      if (endOfBands > 0) {
        for (; k <= last; k++) {
          const at = block + ((<usize>k) << 1);
          const level = <i32>load<i16>(at);
          if (level !== 0 && <i64>peek(base, pos++) < 0)
            store<i16>(at, <i16>(level + (level > 0 ? one : -one)));
        }
        endOfBands--;
      }
      position = pos;
      if (pos > segmentEnd(segment) << 3) return OVERRUN;
    }
  }
  return endOfBands > 0 ? BAD_CODE : end();
}
