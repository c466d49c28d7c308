// Bytes of the result (T.81 Annex B): where they go, and each marker segment that is written.
import { COUNT, component, FRAME, get, HEIGHT, JFIF, OUT_H, OUT_STEPS, OUT_V, WIDTH } from './frame';

const JFIF_BYTES: usize = 14;

let out: usize = 0;

export function startWriting(at: usize): void {
  out = at;
}
/** Where the next byte goes; entropy coding takes it along and brings it back. */
export function writingAt(): usize {
  return out;
}
export function writeOnAt(at: usize): void {
  out = at;
}

function byte(value: i32): void {
  store<u8>(out++, <u8>value);
}
function word(value: i32): void {
  byte(value >> 8);
  byte(value);
}
export function marker(code: i32): void {
  byte(0xff);
  byte(code);
}
function copy(from: usize, bytes: usize): void {
  memory.copy(out, from, bytes);
  out += bytes;
}

/** SOI, JFIF, DQT and the frame (B.2.2): SOF0 or SOF2. */
export function writeHeader(progressive: bool): void {
  const count = get(FRAME, COUNT);
  marker(0xd8);
  const jfif = get(FRAME, JFIF);
  if (jfif !== 0) {
    marker(0xe0);
    word(16);
    copy(jfif, JFIF_BYTES - 2);
    // No thumbnail.
    word(0);
  }
  for (let i = 0; i < count; i++) if (tableOf(i) === i) writeSteps(i);
  marker(progressive ? 0xc2 : 0xc0);
  word(8 + 3 * count);
  byte(8);
  word(get(FRAME, HEIGHT));
  word(get(FRAME, WIDTH));
  byte(count);
  for (let i = 0; i < count; i++) {
    const c = component(i);
    byte(i + 1);
    byte((get(c, OUT_H) << 4) | get(c, OUT_V));
    byte(tableOf(i));
  }
}

/** One table of DHT (B.2.4.2). @param name class << 4 | number. */
export function writeTable(name: i32, spec: usize): void {
  let values = 0;
  for (let length = 0; length < 16; length++) values += load<u8>(spec + length);
  marker(0xc4);
  word(19 + values);
  byte(name);
  copy(spec, 16 + values);
}

/** SOS (B.2.3) of `count` components from `first` on: chroma uses tables 1, luma 0. */
export function writeScanHeader(first: i32, count: i32, start: i32, end: i32): void {
  marker(0xda);
  word(6 + 2 * count);
  byte(count);
  for (let i = first; i < first + count; i++) {
    byte(i + 1);
    byte(i > 0 ? 0x11 : 0);
  }
  byte(start);
  byte(end);
  byte(0);
}

/** The first component with the same steps: its number is the table's. */
function tableOf(i: i32): i32 {
  for (let j = 0; j < i; j++)
    if (memory.compare(OUT_STEPS + <usize>i * 128, OUT_STEPS + <usize>j * 128, 128) === 0) return j;
  return i;
}

/** DQT (B.2.4.1), with 16-bit steps only where the source had them: baseline decoders read those too. */
function writeSteps(i: i32): void {
  const steps = OUT_STEPS + <usize>i * 128;
  let wide = 0;
  for (let k: usize = 0; k < 64; k++) if (load<u16>(steps + (k << 1)) > 255) wide = 1;
  marker(0xdb);
  word(67 + 64 * wide);
  byte((wide << 4) | i);
  for (let k: usize = 0; k < 64; k++) {
    const step = <i32>load<u16>(steps + (k << 1));
    if (wide) word(step);
    else byte(step);
  }
}

/** Four bytes, each 0xFF followed by a zero (F.1.2.3). */
export function writeBits(four: u32, at: usize): usize {
  if ((four & ~(four + 0x01010101) & 0x80808080) === 0) {
    store<u32>(at, bswap<u32>(four));
    return at + 4;
  }
  for (let shift = 24; shift >= 0; shift -= 8) {
    const one = <u8>(four >> shift);
    store<u8>(at++, one);
    if (one === 0xff) store<u8>(at++, 0);
  }
  return at;
}

/** Whole bytes, padded with ones (F.1.2.3), of the low `have` bits. Returns where it goes on. */
export function writeLastBits(bits: u64, have: u32, at: usize): usize {
  bits = (bits << 7) | 127;
  have += 7;
  for (; have >= 8; have -= 8) {
    const last = <u8>(bits >> (have - 8));
    store<u8>(at++, last);
    if (last === 0xff) store<u8>(at++, 0);
  }
  return at;
}
