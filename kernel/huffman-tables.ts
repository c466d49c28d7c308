// Huffman tables for decoding (T.81 Annex C, F.2.2.3): DHT into codes, and codes into look-up tables.
import { BAD_TABLE, OK } from './memory';

/** Bits that are looked up at once. */
export const LOOK_BITS: i32 = 11;
/** Bits of the largest values that are looked up: within the tables of requantise.ts. */
const LOOK_SIZE: i32 = 5;
const LOOK_BYTES: usize = 4 << 11;
/** i32 a code length 0-16: the largest code of this length, -1 without; and what to add to a code to find its value. */
const MAXCODE: usize = LOOK_BYTES;
const OFFSET: usize = MAXCODE + 72;
const VALUES: usize = OFFSET + 72;
/** u8 a length, and what LOOK holds: 0 nothing, 1 symbols, 2 coefficients. -1 in BUILT: no table was given. */
const COUNTS: usize = VALUES + 256;
const BUILT: usize = COUNTS + 20;
const TABLE_BYTES: usize = BUILT + 12;
const TABLES = memory.data(8 * 8640, 16);

/** @param ac 1 for AC, 0 for DC. */
export function huffmanTable(ac: i32, id: i32): usize {
  return TABLES + <usize>(ac * 4 + id) * TABLE_BYTES;
}

export function forgetTables(): void {
  for (let i = 0; i < 8; i++) store<i32>(huffmanTable(i >> 2, i & 3) + BUILT, -1);
}

/** One table of a DHT segment (B.2.4.2, C.2): `counts` is followed by its values. The caller has checked the length. */
export function defineTable(table: usize, counts: usize, total: i32): i32 {
  memory.copy(table + COUNTS + 1, counts, 16);
  memory.copy(table + VALUES, counts + 16, total);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = <i32>load<u8>(table + COUNTS + length);
    store<i32>(table + OFFSET + (length << 2), index - code);
    index += count;
    code += count;
    // The code of all ones is never used.
    if (count > 0 && code >= 1 << length) return BAD_TABLE;
    store<i32>(table + MAXCODE + (length << 2), count > 0 ? code - 1 : -1);
    code <<= 1;
  }
  store<i32>(table + BUILT, 0);
  return OK;
}

/**
 * Makes LOOK for a scan. An entry for symbols is length | symbol << 8. One for coefficients is, when the value's bits are
 * within reach too, length of both | run << 8 | value << 16, and else, with value 0, as for symbols. 0: the code is longer.
 * @param kind 1 symbols, 2 coefficients.
 */
export function prepareTable(table: usize, kind: i32): i32 {
  const built = load<i32>(table + BUILT);
  if (built < 0) return BAD_TABLE;
  if (built === kind) return OK;
  store<i32>(table + BUILT, kind);
  memory.fill(table, 0, LOOK_BYTES);
  let code = 0;
  let values = table + VALUES;
  for (let length = 1; length <= LOOK_BITS; length++) {
    for (let n = <i32>load<u8>(table + COUNTS + length); n > 0; n--) {
      const symbol = <i32>load<u8>(values++);
      const rest = LOOK_BITS - length;
      const size = symbol & 15;
      let at = table + ((<usize>(code << rest)) << 2);
      if (kind === 1 || size === 0 || size > rest || size > LOOK_SIZE) {
        for (let i = 1 << rest; i > 0; i--, at += 4) store<i32>(at, length | (symbol << 8));
      } else {
        const low = rest - size;
        for (let bits = 0; bits < 1 << size; bits++) {
          const value = bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
          const entry = (length + size) | ((symbol >> 4) << 8) | (value << 16);
          for (let i = 1 << low; i > 0; i--, at += 4) store<i32>(at, entry);
        }
      }
      code++;
    }
    code <<= 1;
  }
  return OK;
}

/** A code longer than LOOK_BITS (figure F.16), from the next bits on top of `bits`: length | symbol << 8, or 0. */
export function longCode(table: usize, bits: u64): i32 {
  const next = <i32>(bits >> 48);
  for (let length = LOOK_BITS + 1; length <= 16; length++) {
    const code = next >> (16 - length);
    if (code <= load<i32>(table + MAXCODE + (length << 2))) {
      const index = code + load<i32>(table + OFFSET + (length << 2));
      return length | ((<i32>load<u8>(table + VALUES + (index & 255))) << 8);
    }
  }
  return 0;
}
