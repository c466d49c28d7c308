// Optimal Huffman tables (T.81 K.2): from how often each symbol occurs to code lengths, DHT bytes and codes to write.

/** By class (0 DC, 1 AC, 2 bands) and table (0 luma, 1 chroma; 0-4 of bands): 257 u32 of counts; DHT's 16 + 256 bytes; 256 u32 of codes. */
const COUNTS = memory.data(9 * 1040, 16);
const SPECS = memory.data(9 * 272);
const CODES = memory.data(9 * 1024);

/** Scratch: counts, code sizes and chains of figure K.1, and the symbols still to be joined. */
const FREQ = memory.data(1040);
const SIZE = memory.data(1040);
const CHAIN = memory.data(1040);
const ACTIVE = memory.data(1040);
/** Figure K.3: how many codes there are of each length, which may be up to 256 before they are shortened. i32. */
const BITS = memory.data(260 * 4);

export function histogramOf(ac: i32, table: i32): usize {
  return COUNTS + <usize>(ac * 2 + table) * 1040;
}
/** BITS then HUFFVAL, as in DHT. */
export function specOf(ac: i32, table: i32): usize {
  return SPECS + <usize>(ac * 2 + table) * 272;
}
/** u32 a symbol: code << bits of value << 5 | length of code and value together. */
export function codesOf(ac: i32, table: i32): usize {
  return CODES + <usize>(ac * 2 + table) * 1024;
}
/** Of its DHT, but for the marker. */
export function specBytes(ac: i32, table: i32): usize {
  const spec = specOf(ac, table);
  let bytes: usize = 19;
  for (let length: usize = 0; length < 16; length++) bytes += load<u8>(spec + length);
  return bytes;
}
export function clearHistograms(): void {
  memory.fill(COUNTS, 0, 9 * 1040);
}

function word(at: usize, i: i32): i32 {
  return load<i32>(at + ((<usize>i) << 2));
}
function setWord(at: usize, i: i32, value: i32): void {
  store<i32>(at + ((<usize>i) << 2), value);
}

/** Makes spec and codes from the histogram. Returns the bits that all its symbols take, with their values. */
export function optimise(ac: i32, table: i32): u64 {
  const counts = histogramOf(ac, table);
  const spec = specOf(ac, table);
  memory.copy(FREQ, counts, 1028);
  // The code of all ones is kept free by a symbol that never occurs.
  setWord(FREQ, 256, 1);
  codeSizes();
  memory.fill(BITS, 0, 260 * 4);
  for (let i = 0; i < 257; i++)
    if (word(SIZE, i) > 0) setWord(BITS, word(SIZE, i), word(BITS, word(SIZE, i)) + 1);
  let longest = 256;
  while (longest > 0 && word(BITS, longest) === 0) longest--;
  shorten();
  for (let length = 1; length <= 16; length++) store<u8>(spec + length - 1, <u8>word(BITS, length));
  // Figure K.4: by code size, then by value.
  let at = spec + 16;
  for (let size = 1; size <= longest; size++)
    for (let i = 0; i < 256; i++) if (word(SIZE, i) === size) store<u8>(at++, <u8>i);
  return assign(ac, counts, spec, codesOf(ac, table));
}

/** Figure K.1: the two rarest are joined until one is left, the greater value first among equals. */
function codeSizes(): void {
  memory.fill(SIZE, 0, 1040);
  memory.fill(CHAIN, 0xff, 1040);
  let n = 0;
  for (let i = 0; i < 257; i++) if (word(FREQ, i) > 0) setWord(ACTIVE, n++, i);
  while (n > 1) {
    let first = -1;
    let second = -1;
    let least: u32 = u32.MAX_VALUE;
    let next: u32 = u32.MAX_VALUE;
    for (let i = 0; i < n; i++) {
      const f = <u32>word(FREQ, word(ACTIVE, i));
      if (f <= least) {
        second = first;
        next = least;
        first = i;
        least = f;
      } else if (f <= next) {
        second = i;
        next = f;
      }
    }
    let a = word(ACTIVE, first);
    let b = word(ACTIVE, second);
    setWord(FREQ, a, word(FREQ, a) + word(FREQ, b));
    // Order has to stay: ties go by value.
    for (let i = second; i < n - 1; i++) setWord(ACTIVE, i, word(ACTIVE, i + 1));
    n--;
    for (;;) {
      setWord(SIZE, a, word(SIZE, a) + 1);
      if (word(CHAIN, a) < 0) break;
      a = word(CHAIN, a);
    }
    setWord(CHAIN, a, b);
    for (;;) {
      setWord(SIZE, b, word(SIZE, b) + 1);
      if (word(CHAIN, b) < 0) break;
      b = word(CHAIN, b);
    }
  }
}

/** Figure K.3: no code over 16 bits, and the reserved one taken out. */
function shorten(): void {
  for (let i = 256; i > 16; i--)
    while (word(BITS, i) > 0) {
      let j = i - 2;
      while (word(BITS, j) === 0) j--;
      setWord(BITS, i, word(BITS, i) - 2);
      setWord(BITS, i - 1, word(BITS, i - 1) + 1);
      setWord(BITS, j + 1, word(BITS, j + 1) + 2);
      setWord(BITS, j, word(BITS, j) - 1);
    }
  let longest = 16;
  while (longest > 0 && word(BITS, longest) === 0) longest--;
  if (longest > 0) setWord(BITS, longest, word(BITS, longest) - 1);
}

/** Annex C: codes in the order of the spec. */
function assign(ac: i32, counts: usize, spec: usize, codes: usize): u64 {
  let total: u64 = 0;
  let code: u32 = 0;
  let at = spec + 16;
  for (let length: u32 = 1; length <= 16; length++) {
    for (let n = <i32>load<u8>(spec + length - 1); n > 0; n--) {
      const symbol = <usize>load<u8>(at++);
      // In bands, symbols without a value but with a run count blocks, with as many bits (G.1.2.2).
      let size = <u32>symbol & 15;
      if (ac === 2 && size === 0 && symbol !== 0xf0) size = <u32>symbol >> 4;
      store<u32>(codes + (symbol << 2), ((code << size) << 5) | (length + size));
      total += <u64>load<u32>(counts + (symbol << 2)) * <u64>(length + size);
      code++;
    }
    code <<= 1;
  }
  return total;
}
