// Writing the result (F.1.2): one interleaved baseline scan, or that of DC before the bands of a progressive one
// (bands.ts), whichever takes fewer bytes.
import { bandsBits, bandsEnd, layBands, writeBands } from './bands';
import {
  COUNT,
  component,
  DC,
  FRAME,
  get,
  OUT_COLUMNS,
  OUT_H,
  OUT_MCUS_X,
  OUT_MCUS_Y,
  OUT_ROWS,
  OUT_V,
  START,
} from './frame';
import { ensure } from './memory';
import { codesOf, histogramOf, optimise, specBytes, specOf } from './statistics';
import { streamEnd } from './stream';
import {
  marker,
  startWriting,
  writeBits,
  writeHeader,
  writeLastBits,
  writeOnAt,
  writeScanHeader,
  writeTable,
  writingAt,
} from './writer';

/** Blocks of luma from which on bands are taken for the smaller without counting: over 828 results at worst 0.8 % too much. */
const LARGE: i32 = 4096;
/** More than all marker segments of a result take. */
const HEADER_BYTES: usize = 4096;

/** The whole file behind the symbol stream. Returns its address, or 0 when it does not fit; writingAt() is its end. */
export function writeJpeg(): usize {
  const count = get(FRAME, COUNT);
  const tables = count > 1 ? 2 : 1;
  countDc();
  let dcBits: u64 = 0;
  for (let table = 0; table < tables; table++) dcBits += optimise(0, table);
  const banded = layBands();
  const large = get(component(0), OUT_COLUMNS) * get(component(0), OUT_ROWS) >= LARGE;
  let acBits: u64 = 0;
  let acTables: usize = 0;
  if (!banded || !large) {
    countAc();
    for (let table = 0; table < tables; table++) {
      acBits += optimise(1, table);
      acTables += specBytes(1, table);
    }
  }
  const progressive = banded && (large || bandsBits() < acBits + ((<u64>acTables) << 3));
  const bits = dcBits + (progressive ? bandsBits() : acBits);
  const start = ((progressive ? bandsEnd() : streamEnd()) + 15) & ~15;
  // Every byte may have to be stuffed.
  if (bits > 1 << 31 || !ensure(start + HEADER_BYTES + (<usize>(bits >> 3) + 16) * 2)) return 0;
  startWriting(start);
  writeHeader(progressive);
  for (let table = 0; table < tables; table++) {
    writeTable(table, specOf(0, table));
    if (!progressive) writeTable(0x10 | table, specOf(1, table));
  }
  writeScanHeader(0, count, 0, progressive ? 0 : 63);
  writeScan(progressive);
  if (progressive) writeBands();
  marker(0xd9);
  return start;
}

/** Counts DC differences (F.1.2.1) in the order they will be written. Blocks the source does not have repeat the last DC. */
function countDc(): void {
  const mcusX = get(FRAME, OUT_MCUS_X);
  const mcusY = get(FRAME, OUT_MCUS_Y);
  for (let i = 0; i < get(FRAME, COUNT); i++) {
    const c = component(i);
    const h = get(c, OUT_H);
    const v = get(c, OUT_V);
    const columns = <usize>get(c, OUT_COLUMNS);
    const counts = histogramOf(0, i > 0 ? 1 : 0);
    const dc = <usize>get(c, DC);
    const starts = <usize>get(c, START);
    let prediction: i32 = 0;
    for (let y = 0; y < mcusY; y++)
      for (let x = 0; x < mcusX; x++)
        for (let row = 0; row < v; row++) {
          let index = <usize>(y * v + row) * columns + <usize>(x * h);
          for (let column = 0; column < h; column++, index++) {
            let size: u32 = 0;
            if (load<u32>(starts + (index << 2)) !== 0) {
              const level = <i32>load<i16>(dc + (index << 1));
              size = 32 - clz<u32>(abs(level - prediction));
              prediction = level;
            }
            const counter = counts + ((<usize>size) << 2);
            store<u32>(counter, load<u32>(counter) + 1);
          }
        }
  }
}

/** Counts the AC symbols of a baseline scan. */
function countAc(): void {
  for (let i = 0; i < get(FRAME, COUNT); i++) {
    const c = component(i);
    const counts = histogramOf(1, i > 0 ? 1 : 0);
    const behind = <usize>get(c, START) + ((<usize>(get(c, OUT_COLUMNS) * get(c, OUT_ROWS))) << 2);
    for (let start = <usize>get(c, START); start < behind; start += 4) {
      let from = load<usize>(start);
      if (from === 0) from = NOTHING;
      let symbol: u32;
      do {
        symbol = load<u32>(from);
        from += 4;
        const counter = counts + <usize>((symbol >> 14) & 0x3fc);
        store<u32>(counter, load<u32>(counter) + 1);
      } while (<i32>symbol >= 0);
    }
  }
}

/** One block of an MCU. */
const UNIT_BYTES: usize = 32;
const UNITS = memory.data(10 * 32);
const U_ROW: usize = 0;
const U_COMPONENT: usize = 4;
const U_DC: usize = 8;
const U_START: usize = 12;
const U_STEP: usize = 16;
const U_DC_CODES: usize = 20;
const U_AC_CODES: usize = 24;
const PREDICTIONS = memory.data(16);
/** A block that is not there: EOB. */
const NOTHING = memory.data<u32>([1 << 31]);

function layUnits(): usize {
  let unit = UNITS;
  for (let i = 0; i < get(FRAME, COUNT); i++) {
    const c = component(i);
    for (let y = 0; y < get(c, OUT_V); y++)
      for (let x = 0; x < get(c, OUT_H); x++, unit += UNIT_BYTES) {
        store<i32>(unit + U_ROW, y * get(c, OUT_COLUMNS) + x);
        store<i32>(unit + U_COMPONENT, i);
        store<i32>(unit + U_STEP, get(c, OUT_H));
        store<usize>(unit + U_DC_CODES, codesOf(0, i > 0 ? 1 : 0));
        store<usize>(unit + U_AC_CODES, codesOf(1, i > 0 ? 1 : 0));
      }
  }
  return unit;
}

/** @param dcOnly the first scan of a progressive picture (G.1.2.1). */
function writeScan(dcOnly: bool): void {
  const lastUnit = layUnits();
  memory.fill(PREDICTIONS, 0, 16);
  const mcusX = get(FRAME, OUT_MCUS_X);
  const mcusY = get(FRAME, OUT_MCUS_Y);
  let at = writingAt();
  let bits: u64 = 0;
  let have: u32 = 0;
  for (let y = 0; y < mcusY; y++) {
    for (let unit = UNITS; unit < lastUnit; unit += UNIT_BYTES) {
      const c = component(load<i32>(unit + U_COMPONENT));
      const index = load<i32>(unit + U_ROW);
      store<i32>(unit + U_DC, get(c, DC) + (index << 1));
      store<i32>(unit + U_START, get(c, START) + (index << 2));
      store<i32>(unit + U_ROW, index + get(c, OUT_COLUMNS) * get(c, OUT_V));
    }
    for (let x = 0; x < mcusX; x++)
      for (let unit = UNITS; unit < lastUnit; unit += UNIT_BYTES) {
        const startAt = load<usize>(unit + U_START);
        const dcAt = load<usize>(unit + U_DC);
        const step = load<usize>(unit + U_STEP);
        store<usize>(unit + U_START, startAt + (step << 2));
        store<usize>(unit + U_DC, dcAt + (step << 1));
        let from = load<usize>(startAt);
        let difference = 0;
        if (from !== 0) {
          const predictionAt = PREDICTIONS + (load<usize>(unit + U_COMPONENT) << 2);
          const level = <i32>load<i16>(dcAt);
          difference = level - load<i32>(predictionAt);
          store<i32>(predictionAt, level);
        } else from = NOTHING;
        const size = 32 - clz<u32>(abs(difference));
        let code = load<u32>(load<usize>(unit + U_DC_CODES) + ((<usize>size) << 2));
        bits = (bits << (code & 31)) | (code >> 5) | ((difference + (difference >> 31)) & ((1 << size) - 1));
        have += code & 31;
        if (have >= 32) {
          have -= 32;
          at = writeBits(<u32>(bits >> have), at);
        }
        if (dcOnly) continue;
        const codes = load<usize>(unit + U_AC_CODES);
        let symbol: u32;
        do {
          symbol = load<u32>(from);
          from += 4;
          code = load<u32>(codes + <usize>((symbol >> 14) & 0x3fc));
          bits = (bits << (code & 31)) | (code >> 5) | (symbol & 0xffff);
          have += code & 31;
          if (have >= 32) {
            have -= 32;
            at = writeBits(<u32>(bits >> have), at);
          }
        } while (<i32>symbol >= 0);
      }
  }
  writeOnAt(writeLastBits(bits, have, at));
}
