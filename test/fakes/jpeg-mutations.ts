// Damage done to JPEGs: where a decoder may trip. A case is made of a seed and its number alone, so that any of them can
// be made again.
import type { JpegKind } from './jpeg-kinds.ts';

export type Below = (limit: number) => number;

/** Whole numbers below a limit from a seed (mulberry32). */
export function randomBelow(seed: number): Below {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

interface Segment {
  marker: number;
  /** Offsets of the marker's 0xFF and of the byte behind the segment, entropy-coded data not included. */
  start: number;
  end: number;
}

/** The marker segments, as far as they can be followed. */
function segmentsOf(input: Buffer): Segment[] {
  const found: Segment[] = [];
  for (let at = 2; at + 4 <= input.length; ) {
    const marker = input[at + 1]!;
    if (input[at] !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9)) {
      at++;
      continue;
    }
    const end = Math.min(input.length, at + 2 + input.readUInt16BE(at + 2));
    found.push({ marker, start: at, end });
    at = end;
  }
  return found;
}

type Mutation = (input: Buffer, below: Below, pool: Buffer[]) => Buffer;

const EXTREMES = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xd0, 0xd9, 0xda, 0xfe, 0xff];

const changed = (input: Buffer, at: number, value: number): Buffer => {
  const copy = Buffer.from(input);
  if (at < copy.length) copy[at] = value;
  return copy;
};
const spliced = (input: Buffer, start: number, end: number, ...between: Uint8Array[]): Buffer =>
  Buffer.concat([input.subarray(0, start), ...between, input.subarray(end)]);
const somewhere = (input: Buffer, below: Below): number => below(Math.max(1, input.length));
const pick = <T>(values: readonly T[], below: Below): T | undefined =>
  values[below(Math.max(1, values.length))];

/** A byte of the payload of a segment with one of these markers becomes another. */
const inSegment =
  (...markers: number[]): Mutation =>
  (input, below) => {
    const segment = pick(
      segmentsOf(input).filter(({ marker }) => markers.includes(marker)),
      below,
    );
    if (!segment) return input;
    const at = segment.start + 4 + below(Math.max(1, Math.min(24, segment.end - segment.start - 4)));
    const value = [
      below(256),
      pick(EXTREMES, below)!,
      (input[at] ?? 0) ^ (1 << below(8)),
      (input[at] ?? 0) + 1,
    ];
    return changed(input, at, pick(value, below)!);
  };

export const MUTATIONS: Record<string, Mutation> = {
  'bit flipped': (input, below) => {
    const at = somewhere(input, below);
    return changed(input, at, input[at]! ^ (1 << below(8)));
  },
  'byte set': (input, below) => changed(input, somewhere(input, below), below(256)),
  'byte set to an extreme': (input, below) => changed(input, somewhere(input, below), pick(EXTREMES, below)!),
  'cut short': (input, below) => input.subarray(0, somewhere(input, below)),
  'bytes inserted': (input, below) => {
    const at = somewhere(input, below);
    return spliced(input, at, at, Buffer.from(Array.from({ length: 1 + below(8) }, () => below(256))));
  },
  'bytes removed': (input, below) => {
    const at = somewhere(input, below);
    return spliced(input, at, at + 1 + below(16));
  },
  'marker inserted': (input, below) => {
    const at = somewhere(input, below);
    return spliced(input, at, at, Buffer.from([0xff, pick([0xc0 + below(64), 0, 0xd0 + below(10)], below)!]));
  },
  'segment twice': (input, below) => {
    const segment = pick(segmentsOf(input), below);
    return segment
      ? spliced(input, segment.end, segment.end, input.subarray(segment.start, segment.end))
      : input;
  },
  'segment removed': (input, below) => {
    const segment = pick(segmentsOf(input), below);
    return segment ? spliced(input, segment.start, segment.end) : input;
  },
  'segment moved': (input, below) => {
    const segments = segmentsOf(input);
    const [from, to] = [pick(segments, below), pick(segments, below)];
    if (!from || !to || to.start < from.end) return input;
    const moved = input.subarray(from.start, from.end);
    return spliced(spliced(input, to.start, to.start, moved), from.start, from.end);
  },
  'segment of another marker': (input, below) => {
    const segment = pick(segmentsOf(input), below);
    return segment ? changed(input, segment.start + 1, 0xc0 + below(64)) : input;
  },
  'length that lies': (input, below) => {
    const segment = pick(segmentsOf(input), below);
    if (!segment) return input;
    const copy = Buffer.from(input);
    const length = copy.readUInt16BE(segment.start + 2);
    const lies = [0, 1, 2, 0xffff, length + 1, length - 1, below(65536), length + below(64)];
    copy.writeUInt16BE(pick(lies, below)! & 0xffff, segment.start + 2);
    return copy;
  },
  'quantisation table': inSegment(0xdb),
  'Huffman table': inSegment(0xc4),
  'frame header': inSegment(0xc0, 0xc1, 0xc2),
  'scan header': inSegment(0xda),
  'restart interval': inSegment(0xdd),
  'scan data of another': (input, below, pool) => {
    const other = pick(pool, below)!;
    const [mine, theirs] = [input, other].map((file) =>
      segmentsOf(file).find(({ marker }) => marker === 0xda),
    );
    return mine && theirs ? Buffer.concat([input.subarray(0, mine.end), other.subarray(theirs.end)]) : input;
  },
  'segment of another': (input, below, pool) => {
    const other = pick(pool, below)!;
    const segment = pick(segmentsOf(other), below);
    const place = pick(segmentsOf(input), below);
    if (!segment || !place) return input;
    return spliced(input, place.start, place.start, other.subarray(segment.start, segment.end));
  },
  'first half of one, second of another': (input, below, pool) => {
    const other = pick(pool, below)!;
    return Buffer.concat([
      input.subarray(0, somewhere(input, below)),
      other.subarray(somewhere(other, below)),
    ]);
  },
  'followed by another': (input, below, pool) => Buffer.concat([input, pick(pool, below)!]),
};
const NAMES = Object.keys(MUTATIONS);

/** Case `number` of a seed: mostly one change, sometimes up to four. */
export function fuzzCase(kinds: JpegKind[], seed: number, number: number): { name: string; input: Buffer } {
  const below = randomBelow(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  // What is refused undamaged would be refused damaged too; parts of it may still get into others.
  const kind = pick(
    kinds.filter(({ expected }) => expected !== 'refused'),
    below,
  )!;
  const pool = kinds.map(({ data }) => data);
  const changes = below(3) > 0 ? 1 : 2 + below(3);
  const names = Array.from({ length: changes }, () => pick(NAMES, below)!);
  const input = names.reduce((data, name) => MUTATIONS[name]!(data, below, pool), kind.data);
  return { name: `${kind.name}: ${names.join(', ')}`, input };
}
