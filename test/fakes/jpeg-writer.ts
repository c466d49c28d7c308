// A small JPEG writer for kinds sharp does not make: any sampling factors, scans, restart intervals and markers (ITU-T
// T.81). It has no picture to encode: it makes up coefficients that fall off as those of photographs do. Huffman codes
// are all of one length, which is legal and needs no statistics.

export interface JpegPlan {
  width: number;
  height: number;
  /** [across, down] of each component, T.81 B.2.2. */
  sampling: [number, number][];
  /** Second byte of the frame header's marker: C0 baseline, C1 extended, C2 progressive. */
  frame?: number;
  precision?: number;
  /** Component numbers in the frame; 1, 2, 3 … unless given. */
  ids?: number[];
  scans?: ScanPlan[];
  /** Of every MCU so many, a restart marker; 0: none. */
  restart?: number;
  /** Quantisation tables of 16-bit numbers. */
  wide?: boolean;
  /** Whole segments, as [marker, payload], behind SOI. */
  extra?: [number, Buffer][];
  /** The frame says height 0 and a DNL segment behind the first scan says which (B.2.5). */
  late?: boolean;
  /** Fill bytes before every marker segment (B.1.1.2). */
  fill?: number;
  seed?: number;
}

export interface ScanPlan {
  components: number[];
  start: number;
  end: number;
  /** Successive approximation; refining is known for DC alone. */
  high?: number;
  low?: number;
}

const DC_CODES = 4;
const AC_CODES = 8;
/** A number for every symbol there is, so that symbol and code are the same; all ones is no code. */
const DC_SYMBOLS = Array.from({ length: 12 }, (_, symbol) => symbol);
const AC_SYMBOLS = Array.from({ length: 251 }, (_, symbol) => symbol);

export function writeJpeg(plan: JpegPlan): Buffer {
  const { sampling, precision = 8, restart = 0, frame = 0xc0, fill = 0 } = plan;
  const segment = (marker: number, payload: Buffer | number[]) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(payload.length + 2);
    return Buffer.concat([
      Buffer.alloc(fill, 0xff),
      Buffer.from([0xff, marker]),
      length,
      Buffer.from(payload),
    ]);
  };
  const ids = plan.ids ?? sampling.map((_, index) => index + 1);
  const scans = plan.scans ?? [{ components: sampling.map((_, index) => index), start: 0, end: 63 }];
  const size = (value: number) => [value >> 8, value & 255];
  const parts: Buffer[] = [Buffer.from([0xff, 0xd8])];
  for (const [marker, payload] of plan.extra ?? []) parts.push(segment(marker, payload));
  const tables = [0, 1].map((table) => {
    const steps = Array.from({ length: 64 }, (_, k) => 2 + table + (k >> 2));
    return [(plan.wide ? 16 : 0) | table, ...(plan.wide ? steps.flatMap(size) : steps)];
  });
  parts.push(segment(0xdb, tables.flat()));
  const components = sampling.flatMap(([h, v], index) => [ids[index]!, (h << 4) | v, index === 0 ? 0 : 1]);
  const height = plan.late ? 0 : plan.height;
  parts.push(
    segment(frame, [precision, ...size(height), ...size(plan.width), sampling.length, ...components]),
  );
  const counts = (length: number, count: number) =>
    Array.from({ length: 16 }, (_, i) => (i + 1 === length ? count : 0));
  for (const table of [0, 1]) {
    parts.push(segment(0xc4, [table, ...counts(DC_CODES, DC_SYMBOLS.length), ...DC_SYMBOLS]));
    parts.push(segment(0xc4, [16 | table, ...counts(AC_CODES, AC_SYMBOLS.length), ...AC_SYMBOLS]));
  }
  if (restart > 0) parts.push(segment(0xdd, size(restart)));
  for (const [index, scan] of scans.entries()) {
    const selectors = scan.components.flatMap((c) => [ids[c]!, c === 0 ? 0 : 0x11]);
    const approximation = ((scan.high ?? 0) << 4) | (scan.low ?? 0);
    parts.push(segment(0xda, [scan.components.length, ...selectors, scan.start, scan.end, approximation]));
    parts.push(entropyCoded(plan, scan));
    if (plan.late && index === 0) parts.push(segment(0xdc, size(plan.height)));
  }
  parts.push(Buffer.from([0xff, 0xd9]));
  return Buffer.concat(parts);
}

/** Made-up coefficient `k` (zigzag order) of a block; the same whichever scan asks. */
function coefficient(seed: number, component: number, x: number, y: number, k: number): number {
  if (k === 0)
    return Math.round((component === 0 ? 90 : 40) * Math.sin(x / 3 + seed) * Math.cos(y / 2 + component));
  const mixed = Math.imul(
    Math.imul(seed + 31 * component + 7, 0x9e3779b1) ^ (x * 8191 + y * 131071 + k),
    0x85ebca6b,
  );
  const uniform = ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32 - 0.5;
  return Math.round((component === 0 ? 30 : 12) * uniform * Math.exp(-k / 6));
}

function entropyCoded(plan: JpegPlan, scan: ScanPlan): Buffer {
  const { width, height, sampling, restart = 0, seed = 1 } = plan;
  const [maxH, maxV] = [0, 1].map((side) => Math.max(...sampling.map((factors) => factors[side]!))) as [
    number,
    number,
  ];
  const single = scan.components.length === 1;
  const [h0, v0] = sampling[scan.components[0]!]!;
  // A scan of one component goes block by block over what the picture covers, T.81 A.2.2.
  const across = Math.ceil(single ? Math.ceil((width * h0) / maxH) / 8 : width / (8 * maxH));
  const down = Math.ceil(single ? Math.ceil((height * v0) / maxV) / 8 : height / (8 * maxV));
  const writer = bitWriter();
  const last = sampling.map(() => 0);
  for (let mcu = 0; mcu < across * down; mcu++) {
    if (restart > 0 && mcu > 0 && mcu % restart === 0) {
      writer.marker(0xd0 + ((mcu / restart - 1) & 7));
      last.fill(0);
    }
    for (const c of scan.components) {
      const [h, v] = single ? [1, 1] : sampling[c]!;
      for (let block = 0; block < h * v; block++) {
        const x = (mcu % across) * h + (block % h);
        const y = Math.floor(mcu / across) * v + Math.floor(block / h);
        writeBlock(writer, scan, last, c, (k) => coefficient(seed, c, x, y, k));
      }
    }
  }
  return writer.end();
}

function writeBlock(
  { bits, number }: ReturnType<typeof bitWriter>,
  { start, end, high = 0, low = 0 }: ScanPlan,
  last: number[],
  component: number,
  of: (k: number) => number,
): void {
  if (start === 0) {
    const value = of(0) >> low;
    const difference = value - last[component]!;
    if (high > 0) bits(value & 1, 1);
    else {
      bits(bitsOf(difference), DC_CODES);
      number(difference, bitsOf(difference));
    }
    last[component] = value;
  }
  let run = 0;
  for (let k = Math.max(1, start); k <= end; k++) {
    // Magnitudes are shifted, not values, T.81 G.1.2.1.
    const value = Math.sign(of(k)) * (Math.abs(of(k)) >> low);
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) bits(0xf0, AC_CODES);
    bits((run << 4) | bitsOf(value), AC_CODES);
    number(value, bitsOf(value));
    run = 0;
  }
  if (run > 0) bits(0, AC_CODES);
}

const bitsOf = (value: number): number => 32 - Math.clz32(Math.abs(value));

function bitWriter() {
  const bytes: number[] = [];
  let [hold, held] = [0, 0];
  const bits = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit--) {
      hold = (hold << 1) | ((value >> bit) & 1);
      if (++held < 8) continue;
      bytes.push(hold);
      if (hold === 0xff) bytes.push(0);
      [hold, held] = [0, 0];
    }
  };
  const flush = () => {
    while (held > 0) bits(1, 1);
  };
  return {
    bits,
    number: (value: number, size: number) => bits(value < 0 ? value - 1 : value, size),
    marker(code: number) {
      flush();
      bytes.push(0xff, code);
    },
    end() {
      flush();
      return Buffer.from(bytes);
    },
  };
}
