// Blocks that the picture's edge runs through. What stands behind it in them is anything the encoder left there, and must
// not be mixed with what is seen: here it becomes the last visible sample, repeated (as T.81 A.2.4 advises encoders).

/** f32 8x8: C[k][n], the orthonormal DCT of T.81 A.3.3. Then two blocks of room. */
const BASIS = memory.data(256, 16);
const HALF = memory.data(256, 16);
const SAMPLES = memory.data(256, 16);

let ready = false;

function prepare(): void {
  if (ready) return;
  ready = true;
  for (let k = 0; k < 8; k++)
    for (let n = 0; n < 8; n++) {
      const scale = k === 0 ? Math.SQRT1_2 / 2 : 0.5;
      set(BASIS, k, n, <f32>(scale * Math.cos((Math.PI * <f64>((2 * n + 1) * k)) / 16)));
    }
}

function get(matrix: usize, row: i32, column: i32): f32 {
  return load<f32>(matrix + ((<usize>(row * 8 + column)) << 2));
}

function set(matrix: usize, row: i32, column: i32, value: f32): void {
  store<f32>(matrix + ((<usize>(row * 8 + column)) << 2), value);
}

/** A block of coefficients, f32 row-major, of which `columns` x `rows` samples (1-8) are seen. */
export function repeatEdge(block: usize, columns: i32, rows: i32): void {
  prepare();
  for (let n = 0; n < 8; n++)
    for (let v = 0; v < 8; v++) {
      let sum: f32 = 0;
      for (let u = 0; u < 8; u++) sum += get(BASIS, u, n) * get(block, u, v);
      set(HALF, n, v, sum);
    }
  for (let n = 0; n < rows; n++)
    for (let m = 0; m < columns; m++) {
      let sum: f32 = 0;
      for (let v = 0; v < 8; v++) sum += get(HALF, n, v) * get(BASIS, v, m);
      set(SAMPLES, n, m, sum);
    }
  for (let n = 0; n < 8; n++)
    for (let m = 0; m < 8; m++)
      if (n >= rows || m >= columns) set(SAMPLES, n, m, get(SAMPLES, min(n, rows - 1), min(m, columns - 1)));
  for (let u = 0; u < 8; u++)
    for (let m = 0; m < 8; m++) {
      let sum: f32 = 0;
      for (let n = 0; n < 8; n++) sum += get(BASIS, u, n) * get(SAMPLES, n, m);
      set(HALF, u, m, sum);
    }
  for (let u = 0; u < 8; u++)
    for (let v = 0; v < 8; v++) {
      let sum: f32 = 0;
      for (let m = 0; m < 8; m++) sum += get(HALF, u, m) * get(BASIS, v, m);
      set(block, u, v, sum);
    }
}
