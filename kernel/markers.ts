// Marker segments of the source (T.81 Annex B): the frame, its tables, and each scan handed to its decoder.
import { readBits, scanEnd } from './bits';
import {
  AC_TABLE,
  ADOBE,
  APPROXIMATION,
  CHROMA,
  COMPONENT_BYTES,
  COMPONENTS,
  COUNT,
  component,
  DC_TABLE,
  FRAME,
  get,
  H,
  H_MAX,
  HEIGHT,
  ID,
  JFIF,
  PREDICTION,
  PROGRESSIVE,
  RESTART,
  SEEN,
  SOURCE_STEPS,
  set,
  TQ,
  V,
  V_MAX,
  WIDTH,
} from './frame';
import { decodeSequential } from './huffman-decode';
import { defineTable, forgetTables, huffmanTable, prepareTable } from './huffman-tables';
import { BAD_MARKER, BAD_SCAN, BAD_TABLE, NOT_JPEG, OK, TRUNCATED, UNSUPPORTED } from './memory';
import { decodeAcFirst, decodeAcRefine, decodeDc } from './progressive';

/** Encoders write ten or so. Each takes time of the whole picture's size, for a few bytes. */
const MOST_SCANS: i32 = 100;

let at: usize = 0;
let end: usize = 0;
/** What parse() stopped before: the first SOS's payload. */
let scans: i32 = 0;

function be16(p: usize): i32 {
  return ((<i32>load<u8>(p)) << 8) | <i32>load<u8>(p + 1);
}

/** Reads up to the first scan. */
export function readHeader(input: usize, bytes: usize): i32 {
  at = input;
  end = input + bytes;
  scans = 0;
  memory.fill(FRAME, 0, 64);
  memory.fill(COMPONENTS, 0, 3 * COMPONENT_BYTES);
  memory.fill(SOURCE_STEPS, 0, 4 * 128);
  memory.fill(APPROXIMATION, 0xff, 3 * 64);
  forgetTables();
  if (bytes < 4 || be16(at) !== 0xffd8) return NOT_JPEG;
  at += 2;
  const marker = readSegments();
  if (marker < 0) return -marker;
  return marker === 0xda && get(FRAME, COUNT) > 0 ? OK : BAD_MARKER;
}

/** After readHeader: what is left to read, which is the coded picture but for tables between its scans. */
export function codedBytes(): usize {
  return end - at;
}

/** Reads all scans and what is between them, up to EOI. */
export function readScans(): i32 {
  while (++scans <= MOST_SCANS) {
    const fault = readScan();
    if (fault !== OK) return fault;
    const marker = readSegments();
    if (marker < 0) return -marker;
    if (marker === 0xd9) return complete();
  }
  return UNSUPPORTED;
}

/** Segments up to SOS (left with `at` on its length) or EOI: that marker, or a code of memory.ts made negative. */
function readSegments(): i32 {
  while (at + 2 <= end) {
    if (load<u8>(at++) !== 0xff) return -BAD_MARKER;
    while (load<u8>(at) === 0xff) if (++at >= end) return -TRUNCATED;
    const marker = <i32>load<u8>(at++);
    if (marker === 0xd9) return marker;
    if (at + 2 > end) return -TRUNCATED;
    const next = at + be16(at);
    if (next < at + 2) return -BAD_MARKER;
    if (next > end) return -TRUNCATED;
    if (marker === 0xda) return marker;
    const fault = readSegment(marker, at + 2, next);
    if (fault !== OK) return -fault;
    at = next;
  }
  return -TRUNCATED;
}

function readSegment(marker: i32, from: usize, next: usize): i32 {
  switch (marker) {
    case 0xc0:
    case 0xc1:
    case 0xc2:
      return readFrame(marker === 0xc2, from, next);
    case 0xc4:
      return readHuffman(from, next);
    case 0xdb:
      return readSteps(from, next);
    case 0xdd:
      if (next - from !== 2) return BAD_MARKER;
      set(FRAME, RESTART, be16(from));
      return OK;
    case 0xfe:
      return OK;
    case 0xe0:
      if (next - from >= 14 && load<u32>(from) === 0x4649464a && load<u8>(from + 4) === 0)
        set(FRAME, JFIF, <i32>from);
      return OK;
    case 0xee:
      if (next - from >= 12 && load<u32>(from) === 0x626f6441 && load<u8>(from + 4) === 0x65)
        set(FRAME, ADOBE, <i32>from);
      return OK;
    default:
      // Application data. The rest is lossless, arithmetic, hierarchical, or no marker that may stand here.
      return marker > 0xe0 && marker <= 0xef ? OK : UNSUPPORTED;
  }
}

/** B.2.2. */
function readFrame(progressive: bool, from: usize, next: usize): i32 {
  if (get(FRAME, COUNT) > 0 || next - from < 6) return BAD_MARKER;
  const count = <i32>load<u8>(from + 5);
  if (load<u8>(from) !== 8 || (count !== 1 && count !== 3)) return UNSUPPORTED;
  if (next - from !== 6 + 3 * <usize>count) return BAD_MARKER;
  const height = be16(from + 1);
  const width = be16(from + 3);
  // No height: it would come behind the first scan (DNL).
  if (height === 0 || width === 0) return UNSUPPORTED;
  set(FRAME, HEIGHT, height);
  set(FRAME, WIDTH, width);
  set(FRAME, COUNT, count);
  set(FRAME, PROGRESSIVE, progressive ? 1 : 0);
  let hMax = 1;
  let vMax = 1;
  for (let i = 0; i < count; i++) {
    const c = component(i);
    const spec = from + 6 + 3 * i;
    const h = <i32>load<u8>(spec + 1) >> 4;
    const v = <i32>load<u8>(spec + 1) & 15;
    const tq = <i32>load<u8>(spec + 2);
    if (h < 1 || h > 4 || v < 1 || v > 4 || tq > 3) return BAD_MARKER;
    for (let j = 0; j < i; j++) if (get(component(j), ID) === <i32>load<u8>(spec)) return BAD_MARKER;
    set(c, ID, load<u8>(spec));
    // One component is one block an MCU, whatever it says (A.2.2).
    set(c, H, count === 1 ? 1 : h);
    set(c, V, count === 1 ? 1 : v);
    set(c, TQ, tq);
    set(c, CHROMA, i > 0 ? 1 : 0);
    hMax = max(hMax, get(c, H));
    vMax = max(vMax, get(c, V));
  }
  // Decoders differ in what they make of factors like 2 of 3, or do not take them.
  for (let i = 0; i < count; i++)
    if (hMax % get(component(i), H) !== 0 || vMax % get(component(i), V) !== 0) return UNSUPPORTED;
  set(FRAME, H_MAX, hMax);
  set(FRAME, V_MAX, vMax);
  return OK;
}

/** B.2.4.1. A table may not change once scans have begun: the one of the frame is used for all. */
function readSteps(from: usize, next: usize): i32 {
  while (from < next) {
    const wide = <usize>load<u8>(from) >> 4;
    const id = <usize>load<u8>(from) & 15;
    from++;
    if (wide > 1 || id > 3 || from + (64 << wide) > next) return BAD_TABLE;
    if (scans > 0) return UNSUPPORTED;
    for (let k: usize = 0; k < 64; k++) {
      const step = wide ? be16(from + 2 * k) : <i32>load<u8>(from + k);
      if (step === 0) return BAD_TABLE;
      store<u16>(SOURCE_STEPS + id * 128 + 2 * k, <u16>step);
    }
    from += 64 << wide;
  }
  return OK;
}

/** B.2.4.2. */
function readHuffman(from: usize, next: usize): i32 {
  while (from < next) {
    if (from + 17 > next) return BAD_TABLE;
    const ac = <i32>load<u8>(from) >> 4;
    const id = <i32>load<u8>(from) & 15;
    if (ac > 1 || id > 3) return BAD_TABLE;
    let total = 0;
    for (let i = 1; i <= 16; i++) total += load<u8>(from + i);
    if (total > 256 || from + 17 + total > next) return BAD_TABLE;
    // A DC code is for a size.
    if (ac === 0) for (let i = 0; i < total; i++) if (load<u8>(from + 17 + i) > 15) return BAD_TABLE;
    const fault = defineTable(huffmanTable(ac, id), from + 1, total);
    if (fault !== OK) return fault;
    from += 17 + total;
  }
  return OK;
}

const LIST = memory.data(4);

/** B.2.3, and the scan behind it. */
function readScan(): i32 {
  const next = at + be16(at);
  const count = <i32>load<u8>(at + 2);
  if (count < 1 || count > get(FRAME, COUNT) || next - at !== 6 + 2 * <usize>count) return BAD_SCAN;
  let blocks = 0;
  let after = -1;
  const tail = next - 3;
  const first = <i32>load<u8>(tail);
  const last = <i32>load<u8>(tail + 1);
  const high = <i32>load<u8>(tail + 2) >> 4;
  const low = <i32>load<u8>(tail + 2) & 15;
  const progressive = get(FRAME, PROGRESSIVE) === 1;
  for (let i = 0; i < count; i++) {
    const spec = at + 3 + 2 * i;
    let index = after + 1;
    // In the order of the frame.
    while (index < get(FRAME, COUNT) && get(component(index), ID) !== <i32>load<u8>(spec)) index++;
    if (index >= get(FRAME, COUNT)) return BAD_SCAN;
    after = index;
    store<u8>(LIST + i, <u8>index);
    const c = component(index);
    const dc = <i32>load<u8>(spec + 1) >> 4;
    const ac = <i32>load<u8>(spec + 1) & 15;
    if (dc > 3 || ac > 3) return BAD_SCAN;
    blocks += get(c, H) * get(c, V);
    set(c, PREDICTION, 0);
    set(c, DC_TABLE, <i32>huffmanTable(0, dc));
    set(c, AC_TABLE, <i32>huffmanTable(1, ac));
    if (first === 0 && high === 0 && prepareTable(huffmanTable(0, dc), 1) !== OK) return BAD_TABLE;
    if (last > 0 && prepareTable(huffmanTable(1, ac), progressive ? 1 : 2) !== OK) return BAD_TABLE;
    if (load<u16>(SOURCE_STEPS + <usize>get(c, TQ) * 128) === 0) return BAD_TABLE;
    if (progressive) {
      if (!advance(index, first, last, high, low)) return BAD_SCAN;
    } else if (get(c, SEEN) !== 0) return BAD_SCAN;
    set(c, SEEN, 1);
  }
  if (count > 1 && blocks > 10) return BAD_SCAN;
  const fault = readBits(next, end);
  if (fault !== OK) return fault;
  at = scanEnd();
  if (!progressive)
    return first === 0 && last === 63 && high === 0 && low === 0 ? decodeSequential(LIST, count) : BAD_SCAN;
  if (first === 0) return last === 0 ? decodeDc(LIST, count, high, low) : BAD_SCAN;
  if (count > 1) return BAD_SCAN;
  const c = component(after);
  return high === 0 ? decodeAcFirst(c, first, last, low) : decodeAcRefine(c, first, last, low);
}

/** Bands and bits come in the order of G.1.1.1: DC first, high bits before low ones, nothing twice. */
function advance(index: i32, first: i32, last: i32, high: i32, low: i32): bool {
  if (last > 63 || first > last || low > 13 || (high !== 0 && high !== low + 1)) return false;
  const reached = APPROXIMATION + <usize>index * 64;
  if (first > 0 && load<i8>(reached) < 0) return false;
  for (let k = first; k <= last; k++) {
    if (<i32>load<i8>(reached + k) !== (high === 0 ? -1 : high)) return false;
    store<i8>(reached + k, <i8>low);
  }
  return true;
}

/** At EOI every component has been coded, to its last bit; a band may be left out as zeros. */
function complete(): i32 {
  for (let i = 0; i < get(FRAME, COUNT); i++) {
    if (get(component(i), SEEN) === 0) return TRUNCATED;
    if (get(FRAME, PROGRESSIVE) === 1)
      for (let k = 0; k < 64; k++) {
        const reached = load<i8>(APPROXIMATION + <usize>i * 64 + k);
        // A decoder smooths what has not come to its last bit; that is no business of ours.
        if (reached !== 0) return TRUNCATED;
      }
  }
  return OK;
}
