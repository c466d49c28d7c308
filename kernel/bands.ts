// AC scans of a progressive result (T.81 G.1.2.2): the symbol stream split into bands of frequencies, each a scan with its
// own Huffman table, where blocks that have nothing left in a band are counted instead of ended one by one.
import {
  COUNT,
  ceilDiv,
  component,
  FRAME,
  get,
  HALVE_X,
  HALVE_Y,
  OUT_COLUMNS,
  REAL_COLUMNS,
  REAL_ROWS,
  START,
} from './frame';
import { ensure } from './memory';
import { codesOf, histogramOf, optimise, specBytes, specOf } from './statistics';
import { openedAt, streamEnd } from './stream';
import { writeBits, writeLastBits, writeOnAt, writeScanHeader, writeTable, writingAt } from './writer';

/** One record a band: its component, first and last frequency; then the place of its symbols and their end, and how many
 *  blocks in a row have ended. The bands are those that took least over photographs; chroma has too little to split. */
const BANDS = memory.data<u32>([
  0, 1, 2, 0, 0, 0, 0, 3, 8, 0, 0, 0, 0, 9, 63, 0, 0, 0, 1, 1, 63, 0, 0, 0, 2, 1, 63, 0, 0, 0,
]);
const BAND_BYTES: usize = 24;
const B_COMPONENT: usize = 0;
const B_FIRST: usize = 4;
const B_LAST: usize = 8;
const B_START: usize = 12;
const B_END: usize = 16;
const B_ENDED: usize = 20;
/** First band of each component, and behind the last. */
const FIRST_BAND = memory.data<u8>([0, 3, 4, 5]);

/** The longest run of ended blocks that is written at once. The standard has up to 15 bits; with 10 behind a code of 16,
 *  an entry of the code table holds both. */
const MOST_ENDED: u32 = 0x7ff;
/** DHT's and SOS's markers, and SOS. */
const SCAN_BYTES: usize = 12;

let end: usize = 0;
let bits: u64 = 0;

/** Of the scans, with their headers. */
export function bandsBits(): u64 {
  return bits;
}
export function bandsEnd(): usize {
  return end;
}

function bandsCount(): i32 {
  return load<u8>(FIRST_BAND + get(FRAME, COUNT));
}

function bandAt(band: i32): usize {
  return BANDS + <usize>band * BAND_BYTES;
}

/** Splits the symbol stream, behind itself, and makes the tables. False when memory does not do for it. */
export function layBands(): bool {
  const count = bandsCount();
  // A band has at most a symbol for each of the stream's, and one for each run of ended blocks, of which every block has
  // a symbol in the stream too.
  const room: usize = 2 * (streamEnd() - openedAt()) + 64;
  end = streamEnd();
  for (let band = 0; band < count; band++) {
    // Bands of a component are written together, so each has its place.
    const at = bandAt(band);
    store<usize>(at + B_START, end);
    store<usize>(at + B_END, end);
    store<u32>(at + B_ENDED, 0);
    end += room;
    if (!ensure(end)) return false;
  }
  bits = 0;
  for (let i = 0; i < get(FRAME, COUNT); i++) split(i);
  for (let band = 0; band < count; band++) {
    flush(bandAt(band), histogramOf(2, band));
    bits += optimise(2, band) + ((<u64>(specBytes(2, band) + SCAN_BYTES)) << 3);
  }
  return true;
}

/** The blocks of component `i` that hold pixels, row by row (A.2.2), into its bands. */
function split(i: i32): void {
  const c = component(i);
  const halved = i > 0;
  const columns = halved && get(FRAME, HALVE_X) ? ceilDiv(get(c, REAL_COLUMNS), 2) : get(c, REAL_COLUMNS);
  const rows = halved && get(FRAME, HALVE_Y) ? ceilDiv(get(c, REAL_ROWS), 2) : get(c, REAL_ROWS);
  const firstBand = <i32>load<u8>(FIRST_BAND + i);
  const behind = bandAt(load<u8>(FIRST_BAND + i + 1));
  for (let y = 0; y < rows; y++) {
    let startAt = <usize>get(c, START) + ((<usize>(y * get(c, OUT_COLUMNS))) << 2);
    for (let x = 0; x < columns; x++, startAt += 4) {
      let from = load<usize>(startAt);
      let at = bandAt(firstBand);
      let histogram = histogramOf(2, firstBand);
      let out = load<usize>(at + B_END);
      let last = load<i32>(at + B_LAST);
      let after = load<i32>(at + B_FIRST);
      let k: i32 = 0;
      let symbol: u32 = 0;
      do {
        symbol = load<u32>(from);
        from += 4;
        k += ((symbol >> 20) & 15) + 1;
        if ((symbol & 0xf0000) === 0) {
          // A run of 16, or the end: then the band left is the last.
          continue;
        }
        while (k > last) {
          store<usize>(at + B_END, out);
          if (after <= last) endBlock(at, histogram);
          at += BAND_BYTES;
          histogram += 1040;
          out = load<usize>(at + B_END);
          last = load<i32>(at + B_LAST);
          after = load<i32>(at + B_FIRST);
        }
        if (load<u32>(at + B_ENDED) !== 0) {
          store<usize>(at + B_END, out);
          flush(at, histogram);
          out = load<usize>(at + B_END);
        }
        let run = k - after;
        after = k + 1;
        for (; run > 15; run -= 16, out += 4) {
          store<u32>(out, 0xf0 << 16);
          store<u32>(histogram + (0xf0 << 2), load<u32>(histogram + (0xf0 << 2)) + 1);
        }
        const code = (symbol & 0x000fffff) | ((<u32>run) << 20);
        store<u32>(out, code);
        out += 4;
        const counter = histogram + ((<usize>(code >> 16)) << 2);
        store<u32>(counter, load<u32>(counter) + 1);
      } while (<i32>symbol >= 0);
      store<usize>(at + B_END, out);
      if (after <= last) endBlock(at, histogram);
      for (at += BAND_BYTES; at < behind; at += BAND_BYTES) {
        histogram += 1040;
        endBlock(at, histogram);
      }
    }
  }
}

function endBlock(at: usize, histogram: usize): void {
  const ended = load<u32>(at + B_ENDED) + 1;
  store<u32>(at + B_ENDED, ended);
  if (ended === MOST_ENDED) flush(at, histogram);
}

/** EOBn, and the low n bits of the count. */
function flush(at: usize, histogram: usize): void {
  const ended = load<u32>(at + B_ENDED);
  if (ended === 0) return;
  const size: u32 = 31 - clz<u32>(ended);
  const out = load<usize>(at + B_END);
  store<u32>(out, (size << 20) | (ended & ((1 << size) - 1)));
  store<usize>(at + B_END, out + 4);
  store<u32>(at + B_ENDED, 0);
  const counter = histogram + ((<usize>(size << 4)) << 2);
  store<u32>(counter, load<u32>(counter) + 1);
}

/** All scans, with their tables before them. */
export function writeBands(): void {
  for (let band = 0; band < bandsCount(); band++) {
    const at = bandAt(band);
    const i = load<i32>(at + B_COMPONENT);
    writeTable(i > 0 ? 0x11 : 0x10, specOf(2, band));
    writeScanHeader(i, 1, load<i32>(at + B_FIRST), load<i32>(at + B_LAST));
    writeSymbols(load<usize>(at + B_START), load<usize>(at + B_END), codesOf(2, band));
  }
}

function writeSymbols(from: usize, behind: usize, codes: usize): void {
  let out = writingAt();
  let buffer: u64 = 0;
  let have: u32 = 0;
  for (; from < behind; from += 4) {
    const symbol = load<u32>(from);
    const code = load<u32>(codes + <usize>((symbol >> 14) & 0x3fc));
    buffer = (buffer << (code & 31)) | (code >> 5) | (symbol & 0xffff);
    have += code & 31;
    if (have >= 32) {
      have -= 32;
      out = writeBits(<u32>(buffer >> have), out);
    }
  }
  writeOnAt(writeLastBits(buffer, have, out));
}
