// Entropy-coded segments (T.81 B.1.1.5, F.1.2.3) made ready to read: without stuffed zeros, split at restart markers, and
// byte for byte backwards, so that one little-endian load gives the next bits in order. Owns that buffer.
import { EXTRANEOUS, OK, OVERRUN, reserve, TOO_LARGE, TRUNCATED } from './memory';

/** An MCU has at most 10 blocks of 64 codes, of 16 bits with 10 of value: so far may be read behind the end before it is
 *  checked. */
const SLACK: usize = 2304;

let buffer: usize = 0;
let bufferEnd: usize = 0;
let ends: usize = 0;
let endsCount: i32 = 0;
let endsRoom: i32 = 0;
let next: usize = 0;

/** Room for the largest scan of an input of this size. */
export function reserveBits(inputBytes: usize): bool {
  buffer = reserve(inputBytes + SLACK);
  bufferEnd = buffer + inputBytes + SLACK;
  endsRoom = <i32>min<usize>(inputBytes / 2 + 1, 1 << 24);
  ends = reserve(<usize>endsRoom * 4);
  return buffer !== 0 && ends !== 0;
}

/** Minus (bit position >> 3) it is the address whose u64 has the next bits on top. */
export function bitsBase(): usize {
  return bufferEnd - 8;
}
/** Count of segments, and the end of each in bytes. */
export function segmentCount(): i32 {
  return endsCount;
}
export function segmentEnd(i: i32): u32 {
  return load<u32>(ends + ((<usize>i) << 2));
}
/** The 0xFF of the marker that ended the scan. */
export function scanEnd(): usize {
  return next;
}

/** Reads the scan that starts at `at`, up to the first marker that is no restart marker. Those must count 0 to 7 (F.1.1.5). */
export function readBits(at: usize, end: usize): i32 {
  const ff = i8x16.splat(-1);
  let to = bufferEnd;
  endsCount = 0;
  while (at < end) {
    if (at + 16 <= end) {
      const chunk = v128.load(at);
      if (!v128.any_true(i8x16.eq(chunk, ff))) {
        to -= 16;
        v128.store(to, v128.shuffle<u8>(chunk, chunk, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        at += 16;
        continue;
      }
    }
    const byte = load<u8>(at);
    if (byte !== 0xff) {
      store<u8>(--to, byte);
      at++;
      continue;
    }
    if (at + 1 >= end) return TRUNCATED;
    const code = load<u8>(at + 1);
    if (code === 0) {
      store<u8>(--to, 0xff);
      at += 2;
    } else if (code >= 0xd0 && code <= 0xd7) {
      if (endsCount >= endsRoom - 1) return TOO_LARGE;
      if (<i32>(code & 7) !== (endsCount & 7)) return EXTRANEOUS;
      store<u32>(ends + ((<usize>endsCount) << 2), <u32>(bufferEnd - to));
      endsCount++;
      at += 2;
    } else {
      store<u32>(ends + ((<usize>endsCount) << 2), <u32>(bufferEnd - to));
      endsCount++;
      // What is read behind the end is the same for the same input.
      memory.fill(to - SLACK, 0, SLACK);
      next = at;
      return OK;
    }
  }
  return TRUNCATED;
}

/** A segment must end in the byte its last bit is in. */
export function segmentFault(bit: u32, segment: i32): i32 {
  const used = (bit + 7) >> 3;
  const wanted = segmentEnd(segment);
  return used === wanted ? OK : used > wanted ? OVERRUN : EXTRANEOUS;
}
