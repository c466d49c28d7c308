// Linear memory: fixed tables at the bottom, then one bump allocation a picture, with the growing symbol stream on top.
// Owns the limit, and the codes with which everything here says no.

/** Answers of the kernel: 0 is good, anything else refuses the picture. The names are in src/image/jpeg/kernel.ts. */
export const OK: i32 = 0;
export const NOT_JPEG: i32 = 1;
export const UNSUPPORTED: i32 = 2;
export const BAD_MARKER: i32 = 3;
export const BAD_TABLE: i32 = 4;
export const BAD_SCAN: i32 = 5;
export const BAD_CODE: i32 = 6;
export const OVERRUN: i32 = 7;
export const EXTRANEOUS: i32 = 8;
export const TRUNCATED: i32 = 9;
export const TOO_LARGE: i32 = 10;

const PAGE: usize = 65536;
/** An image process may have 1 GB of data in all: libvips, Node and the downloads under way share it with this. */
const LIMIT: usize = 400 << 20;

let top: usize = 0;

/** Forgets the picture before. */
export function resetMemory(): void {
  top = (__heap_base + 15) & ~15;
}

/** `bytes` of memory, aligned to 16 and not zeroed; 0 when that would go over the limit. */
export function reserve(bytes: usize): usize {
  const at = top;
  if (bytes > LIMIT || !ensure(at + bytes)) return 0;
  top = (at + bytes + 15) & ~15;
  return at;
}

/** Where the next reservation would be: the symbol stream is written there before it is known how long it gets. */
export function memoryTop(): usize {
  return top;
}

/** Makes everything below `end` addressable. */
export function ensure(end: usize): bool {
  if (end > LIMIT) return false;
  const have = <usize>memory.size() * PAGE;
  if (end <= have) return true;
  // Some more than asked: a stream that grows by rows does not grow memory by rows.
  const wanted = min<usize>(LIMIT, end + (end >> 3) + (1 << 18));
  return memory.grow(<i32>((wanted - have + PAGE - 1) / PAGE)) >= 0;
}
