// Sequential scans (T.81 F.2.2): codes into coefficients, each requantised and counted as soon as it is known, so that a
// zero costs nothing and a coefficient is never stored. Chroma that is to be halved goes to planes instead.
import { bitsBase, segmentCount, segmentEnd, segmentFault } from './bits';
import {
  AC_TABLE,
  COLUMNS,
  component,
  DC,
  DC_MOST,
  DC_TABLE,
  FRAME,
  get,
  H,
  HALVE_X,
  HALVE_Y,
  HEIGHT,
  OUT_COLUMNS,
  PLANE,
  PREDICTION,
  REAL_COLUMNS,
  REAL_ROWS,
  REQUANT,
  RESTART,
  ROWS,
  START,
  set,
  V,
  WIDTH,
} from './frame';
import { LOOK_BITS, longCode } from './huffman-tables';
import { BAD_CODE, EXTRANEOUS, OK, OVERRUN, TOO_LARGE } from './memory';
import { dcLevel, dcRatio, LAST, MOST_ACTIVITY, requantiseLarge } from './requantise';
import { setStreamEnd, streamEnd, streamRoom } from './stream';

/** One record a block of the MCU. */
const UNIT_BYTES: usize = 64;
const UNITS = memory.data(10 * 64);
const U_COMPONENT: usize = 0;
const U_DC_TABLE: usize = 4;
const U_AC_TABLE: usize = 8;
const U_REQUANT: usize = 12;
/** Addresses of this block's DC level, start and plane, and how far the next MCU's are, in blocks. */
const U_DC: usize = 20;
const U_START: usize = 24;
const U_PLANE: usize = 28;
const U_STEP: usize = 32;
/** Block row of the next MCU row, column, and rows a MCU. */
const U_ROW: usize = 36;
const U_COLUMN: usize = 40;
const U_ROWS: usize = 44;
/** f64: source step / result's step for DC. */
const U_RATIO: usize = 48;

/** Bits that are left in the buffer must do for a look-up; what needs more fills it first. */
const USABLE: u32 = 57 - 11;

/** The blocks of an MCU in order (A.2.3), for the `count` components whose indices are at `list`. */
function layUnits(list: usize, count: i32): i32 {
  let n: usize = 0;
  for (let i = 0; i < count; i++) {
    const c = component(load<u8>(list + i));
    const h = count === 1 ? 1 : get(c, H);
    const v = count === 1 ? 1 : get(c, V);
    for (let y = 0; y < v; y++)
      for (let x = 0; x < h; x++) {
        const unit = UNITS + n++ * UNIT_BYTES;
        set(unit, U_COMPONENT, <i32>c);
        set(unit, U_DC_TABLE, get(c, DC_TABLE));
        set(unit, U_AC_TABLE, get(c, AC_TABLE));
        set(unit, U_REQUANT, get(c, REQUANT));
        set(unit, U_STEP, h);
        set(unit, U_ROW, y);
        set(unit, U_COLUMN, x);
        set(unit, U_ROWS, v);
        store<f64>(unit + U_RATIO, dcRatio(c));
      }
  }
  return <i32>n;
}

function startRow(unit: usize): void {
  const c = <usize>get(unit, U_COMPONENT);
  const row = get(unit, U_ROW);
  const plane = get(c, PLANE);
  const index = row * get(c, plane ? COLUMNS : OUT_COLUMNS) + get(unit, U_COLUMN);
  set(unit, U_PLANE, plane ? plane + index * 128 : 0);
  set(unit, U_DC, get(c, DC) + index * 2);
  set(unit, U_START, get(c, START) + index * 4);
  set(unit, U_ROW, row + get(unit, U_ROWS));
}

/** Decodes the scan that bits.ts has read, for the `count` components whose indices are bytes at `list`. */
export function decodeSequential(list: usize, count: i32): i32 {
  const units = layUnits(list, count);
  const only = component(load<u8>(list));
  const mcusX = count === 1 ? get(only, REAL_COLUMNS) : get(only, COLUMNS) / get(only, H);
  const mcusY = count === 1 ? get(only, REAL_ROWS) : get(only, ROWS) / get(only, V);
  const restart = get(FRAME, RESTART);
  let untilRestart = restart > 0 ? restart : i32.MAX_VALUE;
  let segment = 0;
  let end = segmentEnd(0) << 3;
  const lastUnit = UNITS + <usize>units * UNIT_BYTES;

  // Where chroma is halved both ways, only the low 4x4 counts (zigzag indices up to 24), except in blocks at an edge.
  const inside = ((get(FRAME, WIDTH) | get(FRAME, HEIGHT)) & 7) === 0;
  const planeLevels = get(FRAME, HALVE_X) && get(FRAME, HALVE_Y) && inside ? 32 : 64;
  const planeBytes = <usize>planeLevels * 2;
  const nothing = i32x4.splat(0);

  const base = bitsBase();
  let pos: u32 = 0;
  let bits: u64 = load<u64>(base);
  let reload: u32 = USABLE;
  let out = streamEnd();

  for (let y = 0; y < mcusY; y++) {
    for (let unit = UNITS; unit < lastUnit; unit += UNIT_BYTES) startRow(unit);
    if (!streamRoom(out, <usize>mcusX * <usize>units * 256)) return TOO_LARGE;
    for (let x = 0; x < mcusX; x++) {
      if (untilRestart-- === 0) {
        const fault = segmentFault(pos, segment);
        if (fault !== OK) return fault;
        pos = (pos + 7) & ~7;
        bits = load<u64>(base - (pos >> 3));
        reload = pos + USABLE;
        if (++segment >= segmentCount()) return EXTRANEOUS;
        end = segmentEnd(segment) << 3;
        untilRestart = restart - 1;
        for (let i = 0; i < count; i++) set(component(load<u8>(list + i)), PREDICTION, 0);
      }
      for (let unit = UNITS; unit < lastUnit; unit += UNIT_BYTES) {
        // DC (F.2.2.1).
        bits = load<u64>(base - (pos >> 3)) << (pos & 7);
        reload = pos + USABLE;
        const dcTable = load<usize>(unit + U_DC_TABLE);
        let entry = load<i32>(dcTable + ((<usize>(bits >> (64 - LOOK_BITS))) << 2));
        if (entry === 0) {
          entry = longCode(dcTable, bits);
          if (entry === 0) return BAD_CODE;
        }
        let length: u32 = entry & 0xff;
        let size: i32 = entry >> 8;
        bits <<= length;
        const c = load<usize>(unit + U_COMPONENT);
        let dc = load<i32>(c + PREDICTION);
        if (size > 0) {
          if (size > 11) return BAD_CODE;
          const raw = <i32>(bits >> (64 - size));
          bits <<= size;
          length += size;
          dc += raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
          if (abs(dc) > load<i32>(c + DC_MOST)) return BAD_CODE;
          store<i32>(c + PREDICTION, dc);
        }
        pos += length;

        // AC (F.2.2.2).
        const table = load<usize>(unit + U_AC_TABLE);
        const plane = load<usize>(unit + U_PLANE);
        const step = load<usize>(unit + U_STEP);
        let k: i32 = 1;
        if (plane === 0) {
          const dcAt = load<usize>(unit + U_DC);
          store<i16>(dcAt, <i16>dcLevel(c, dc, load<f64>(unit + U_RATIO)));
          store<usize>(unit + U_DC, dcAt + (step << 1));
          const startAt = load<usize>(unit + U_START);
          store<usize>(startAt, out);
          store<usize>(unit + U_START, startAt + (step << 2));
          const requant = load<usize>(unit + U_REQUANT);
          let after: i32 = 1;
          let activity: i32 = 0;
          while (k < 64) {
            if (pos >= reload) {
              bits = load<u64>(base - (pos >> 3)) << (pos & 7);
              reload = pos + USABLE;
            }
            entry = load<i32>(table + ((<usize>(bits >> (64 - LOOK_BITS))) << 2));
            let value = entry >> 16;
            let code: u32;
            if (value !== 0) {
              length = entry & 0xff;
              bits <<= length;
              pos += length;
              k += (entry >> 8) & 0xff;
              // Values of so few bits are within the table; an index behind the last, within what follows it.
              code = load<u32>(requant + ((<usize>k) << 8) + ((<usize>(value + 32)) << 2));
            } else {
              bits = load<u64>(base - (pos >> 3)) << (pos & 7);
              reload = pos + USABLE;
              if (entry === 0) {
                entry = longCode(table, bits);
                if (entry === 0) return BAD_CODE;
              }
              length = entry & 0xff;
              k += entry >> 12;
              size = (entry >> 8) & 15;
              bits <<= length;
              pos += length;
              if (size === 0) {
                if (entry >> 12 === 0) break;
                // Of the runs without a value, only that of 16 is known in sequential scans.
                if (entry >> 12 !== 15 || ++k > 63) return BAD_CODE;
                continue;
              }
              if (size > 10 || k > 63) return BAD_CODE;
              const raw = <i32>(bits >> (64 - size));
              value = raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
              bits <<= size;
              pos += size;
              code =
                <u32>(value + 32) < 64
                  ? load<u32>(requant + ((<usize>k) << 8) + ((<usize>(value + 32)) << 2))
                  : requantiseLarge(requant, k, value);
            }

            const run = k - after;
            k++;
            // The longest run the coefficient is worth its bits after is on top (requantise.ts). Half of them are dropped and no
            // predictor knows which: each is written, and what is dropped is written over.
            const kept = i32(run + activity < <i32>(code >> 24));
            activity = min(MOST_ACTIVITY, activity + (<i32>((code >> 16) & 15) & -kept));
            after = select<i32>(k, after, kept);
            if (run > 15 && kept) for (let i = run >> 4; i > 0; i--, out += 4) store<u32>(out, 0xf0 << 16);
            store<u32>(out, (code & 0xffffff) + ((run & 15) << 20));
            out += kept << 2;
          }
          if (k > 64) return BAD_CODE;
          if (after < 64) {
            store<u32>(out, LAST);
            out += 4;
          } else store<u32>(out - 4, load<u32>(out - 4) | LAST);
        } else {
          store<usize>(unit + U_PLANE, plane + (step << 7));
          for (let i: usize = 0; i < planeBytes; i += 16) v128.store(plane + i, nothing);
          store<i16>(plane, <i16>dc);
          while (k < 64) {
            if (pos >= reload) {
              bits = load<u64>(base - (pos >> 3)) << (pos & 7);
              reload = pos + USABLE;
            }
            entry = load<i32>(table + ((<usize>(bits >> (64 - LOOK_BITS))) << 2));
            let value = entry >> 16;
            if (value !== 0) {
              length = entry & 0xff;
              k += (entry >> 8) & 0xff;
            } else {
              bits = load<u64>(base - (pos >> 3)) << (pos & 7);
              reload = pos + USABLE;
              if (entry === 0) {
                entry = longCode(table, bits);
                if (entry === 0) return BAD_CODE;
              }
              length = entry & 0xff;
              k += entry >> 12;
              size = (entry >> 8) & 15;
              if (size === 0) {
                bits <<= length;
                pos += length;
                if (entry >> 12 === 0) break;
                if (entry >> 12 !== 15 || ++k > 63) return BAD_CODE;
                continue;
              }
              if (size > 10) return BAD_CODE;
              bits <<= length;
              pos += length;
              length = size;
              const raw = <i32>(bits >> (64 - size));
              value = raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
            }
            bits <<= length;
            pos += length;
            if (k > 63) return BAD_CODE;
            store<i16>(plane + ((<usize>k) << 1), <i16>value);
            k++;
          }
        }
      }
      // Bits behind the end are the next segment's or the slack's: found out here, before the slack is used up.
      if (pos > end) return OVERRUN;
    }
  }
  setStreamEnd(out);
  const fault = segmentFault(pos, segment);
  if (fault !== OK) return fault;
  return segment === segmentCount() - 1 ? OK : EXTRANEOUS;
}
