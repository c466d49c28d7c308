// The symbol stream: what will be written, block by block, between requantising and encoding. Owns its place.
//
// u32 a symbol: the bits behind its code, | size << 16 | zero run << 20 (so run and size are the symbol, F.1.2.2), | LAST.
import { ensure, memoryTop } from './memory';

let begin: usize = 0;
let end: usize = 0;

/** After everything that is reserved: reserving more, before the stream is done, would write over it. */
export function openStream(): void {
  begin = memoryTop();
  end = begin;
}
export function openedAt(): usize {
  return begin;
}
export function streamEnd(): usize {
  return end;
}
export function setStreamEnd(at: usize): void {
  end = at;
}
/** Room for `bytes` more. A block has at most 64 symbols, of 256 bytes. */
export function streamRoom(at: usize, bytes: usize): bool {
  return ensure(at + bytes);
}
