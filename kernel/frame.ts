// The picture being worked on: its frame and components (T.81 B.2.2), in fixed memory. Owns their layout.

/** One record a component; three at most. All fields are 32 bits. */
export const COMPONENTS = memory.data(3 * 128);
export const COMPONENT_BYTES: usize = 128;

export const ID: usize = 0;
/** Sampling factors of the source, and of the result. */
export const H: usize = 4;
export const V: usize = 8;
export const OUT_H: usize = 12;
export const OUT_V: usize = 16;
/** The source's quantisation table. */
export const TQ: usize = 20;
/** Blocks that hold pixels of the picture (A.2.2), and blocks with the padding of whole MCUs (A.2.4). */
export const REAL_COLUMNS: usize = 24;
export const REAL_ROWS: usize = 28;
export const COLUMNS: usize = 32;
export const ROWS: usize = 36;
/** Blocks of the result, with padding: the stride and height of DC and START. */
export const OUT_COLUMNS: usize = 40;
export const OUT_ROWS: usize = 44;
/** i16 a block: the result's DC level. */
export const DC: usize = 48;
/** u32 a block: where its AC symbols start; 0 for a block the source does not have. */
export const START: usize = 52;
/** i16 x 64 a block in zigzag order: the source's levels, for what is not requantised on the fly; else 0. */
export const PLANE: usize = 56;
/** Requantisation table (requantise.ts). */
export const REQUANT: usize = 60;
/** While decoding: DC prediction and tables. */
export const PREDICTION: usize = 68;
export const DC_TABLE: usize = 72;
export const AC_TABLE: usize = 76;
/** Sequential: the component's scan has been. */
export const SEEN: usize = 80;
/** 1 for chroma. */
export const CHROMA: usize = 84;
/** The largest DC level that can be: beyond it, what decoders make of the block is their own. */
export const DC_MOST: usize = 88;

/** Source tables: 4 x 64 u16 in zigzag order, as DQT has them; a table not given is all 0. */
export const SOURCE_STEPS = memory.data(4 * 128);
/** The result's: one a component, 3 x 64 u16. */
export const OUT_STEPS = memory.data(3 * 128);
/** Per component and zigzag index the successive approximation reached (G.1.1.1.1): 0 is exact, -1 never coded. i8. */
export const APPROXIMATION = memory.data(3 * 64);

export const PROGRESSIVE: usize = 0;
export const WIDTH: usize = 4;
export const HEIGHT: usize = 8;
export const COUNT: usize = 12;
export const H_MAX: usize = 16;
export const V_MAX: usize = 20;
/** Chroma is halved across, and down. */
export const HALVE_X: usize = 24;
export const HALVE_Y: usize = 28;
/** MCUs of the result. */
export const OUT_MCUS_X: usize = 32;
export const OUT_MCUS_Y: usize = 36;
/** Address of the JFIF payload, 0 without. */
export const JFIF: usize = 40;
export const RESTART: usize = 44;
/** Address of the Adobe payload, 0 without. */
export const ADOBE: usize = 48;
export const FRAME = memory.data(64);

export function component(i: i32): usize {
  return COMPONENTS + <usize>i * COMPONENT_BYTES;
}

export function get(at: usize, field: usize): i32 {
  return load<i32>(at + field);
}

export function set(at: usize, field: usize, value: i32): void {
  store<i32>(at + field, value);
}

export function ceilDiv(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}

/** T.81 figure A.6: zigzag index -> row-major index. */
export const NATURAL = memory.data<u8>([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]);
