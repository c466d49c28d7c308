// The WebAssembly module: compiled once, instantiated when first used, and again after a picture that left it large.
// Owns its interface, and the words for its codes.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The part of the WebAssembly API that is used: its types come with the browser's, which are not those of Node. */
const { Module, Instance, RuntimeError } = (
  globalThis as unknown as {
    WebAssembly: {
      Module: new (code: Uint8Array) => object;
      Instance: new (module: object, imports: object) => { exports: unknown };
      RuntimeError: new () => Error;
    };
  }
).WebAssembly;

export interface Kernel {
  memory: { buffer: ArrayBuffer };
  /** Address for an input of so many bytes; 0 when it is too large. */
  place(bytes: number): number;
  /** 0, or an index of REASONS. */
  open(): number;
  transcode(exact: boolean): number;
  /** Address of 64 u16 in zigzag order. */
  sourceSteps(): number;
  /** Bits of coded data a pixel of luma. */
  density(): number;
  /** Addresses to fill before transcode(): 2 x 64 u16 steps, 2 x 64 f32; luma then chroma, in zigzag order. */
  targetSteps(): number;
  lambda(): number;
  /** Address and bytes of the file, and whether it is coarser than the source. */
  result(): number;
  resultBytes(): number;
  gotCoarser(): number;
}

/** By code of assembly/memory.ts. */
export const REASONS = [
  '',
  'not a JPEG',
  'a kind of JPEG that is not transcoded',
  'an odd marker segment',
  'a damaged table',
  'an odd scan',
  'damaged data',
  'data cut short inside',
  'data that belongs to nothing',
  'data cut short',
  'too large to transcode',
];

/** Linear memory never shrinks: above this, the next picture gets a new one. */
const KEPT_BYTES = 64 << 20;

// In the package both src/ and dist/ are two folders up from here.
const WASM = fileURLToPath(new URL('../../../dist/kernel.wasm', import.meta.url));

let compiled: object | null = null;
let current: Kernel | null = null;

export function kernel(): Kernel {
  if (current && current.memory.buffer.byteLength <= KEPT_BYTES) return current;
  compiled ??= new Module(readFileSync(WASM));
  const { exports } = new Instance(compiled, { env: { abort: () => undefined } });
  current = exports as Kernel;
  return current;
}

/** True for a trap: the module was stopped, and nothing in its memory can be relied on. It is not used again. */
export function trapped(error: unknown): error is Error {
  if (!(error instanceof RuntimeError)) return false;
  current = null;
  return true;
}
