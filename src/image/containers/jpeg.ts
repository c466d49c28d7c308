// The JPEG container (ITU-T T.81 Annex B): reading the header, copying it clean, adding metadata. Entropy-coded data is
// never decoded here.
import { readExif } from '../metadata/exif.ts';
import { iptcOf, irbWith } from '../metadata/iptc.ts';
import {
  containerOf,
  corrupt,
  ImageProblem,
  type KeptMetadata,
  type Picture,
  partCounter,
  picture,
} from '../picture.ts';
import { jpegQuality } from './jpeg-quality.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;
/** Frame headers, SOF0-SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
const SOF = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
/** The ones libjpeg decodes: baseline, extended and progressive, with Huffman or arithmetic coding. */
const DECODABLE = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);

const JFIF = 'JFIF\0';
const JFIF_BYTES = 14;
const EXIF = 'Exif\0\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
/** ICC.1:2022 B.4: the name, then this chunk's number and the count of chunks, one byte each. */
const ICC = 'ICC_PROFILE\0';
const ICC_HEAD = ICC.length + 2;
const PHOTOSHOP = 'Photoshop 3.0\0';
/** Payload of one segment: its length field counts itself. */
const MAX_PAYLOAD = 0xffff - 2;
/** Segments, and stray markers between them, in one file before it is called damaged: a depth map in EXIF takes hundreds. */
const MAX_SEGMENTS = 10_000;

interface Segment {
  marker: number;
  /** Offsets of the marker's 0xFF, of the payload and of the byte after the segment. */
  start: number;
  payload: number;
  end: number;
}

const segmentCounter = () => partCounter('JPEG', MAX_SEGMENTS);

/** Segments from `at` on, up to and with SOS or EOI. Bytes between segments are skipped, as libjpeg does. */
function* segments(input: Buffer, at: number, count: () => void): Generator<Segment> {
  for (;;) {
    count();
    let start = input.indexOf(0xff, at);
    if (start < 0) throw corrupt('JPEG');
    while (input[start + 1] === 0xff) start++;
    const marker = input[start + 1];
    if (marker === undefined) throw corrupt('JPEG');
    at = start + 2;
    // Stuffed zero, TEM, restart markers and a repeated SOI have no length.
    if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= SOI)) continue;
    if (marker === EOI) {
      yield { marker, start, payload: at, end: at };
      return;
    }
    const end = at + input.readUInt16BE(at);
    if (end < at + 2 || end > input.length) throw corrupt('JPEG');
    yield { marker, start, payload: at + 2, end };
    if (marker === SOS) return;
    at = end;
  }
}

const named = (input: Buffer, { payload, end }: Segment, name: string): boolean =>
  end - payload >= name.length && input.toString('latin1', payload, payload + name.length) === name;

function read(input: Buffer): Picture {
  let frame: { width: number; height: number; components: number } | null = null;
  let luma: Buffer | null = null;
  let exif: Buffer | null = null;
  let iptc: Buffer | null = null;
  let xmp: Buffer | null = null;
  let metadataBytes = 0;
  const icc: Buffer[] = [];
  for (const segment of segments(input, 2, segmentCounter())) {
    const { marker, payload, end } = segment;
    if (SOF.has(marker)) {
      if (!DECODABLE.has(marker) || input[payload] !== 8)
        throw new ImageProblem(
          'unsupported_format',
          'Lossless and 12-bit JPEG cannot be read; export as 8-bit JPEG',
        );
      frame = {
        height: input.readUInt16BE(payload + 1),
        width: input.readUInt16BE(payload + 3),
        components: input.readUInt8(payload + 5),
      };
    } else if (marker === DQT) {
      luma ??= input.subarray(payload, end);
    } else if (marker === APP2 && named(input, segment, ICC)) {
      icc[input.readUInt8(payload + ICC.length)] = input.subarray(payload + ICC_HEAD, end);
    } else if ((marker >= APP1 && marker <= APP15 && marker !== APP14) || marker === COM) {
      metadataBytes += end - segment.start;
      if (marker === APP1 && named(input, segment, EXIF)) exif ??= input.subarray(payload + EXIF.length, end);
      else if (marker === APP1 && named(input, segment, XMP))
        xmp ??= input.subarray(payload + XMP.length, end);
      else if (marker === APP13 && named(input, segment, PHOTOSHOP))
        iptc ??= iptcOf(input.subarray(payload + PHOTOSHOP.length, end));
    }
  }
  if (!frame || frame.width === 0 || frame.height === 0) throw corrupt('JPEG');
  const chunks = icc.filter(Boolean);
  return picture({
    format: 'jpeg',
    width: frame.width,
    height: frame.height,
    orientation: exif ? readExif(exif).orientation : 1,
    gray: frame.components === 1,
    cmyk: frame.components === 4,
    icc: chunks.length > 1 ? Buffer.concat(chunks) : (chunks[0] ?? null),
    exif,
    iptc,
    xmp,
    sourceQuality: luma ? jpegQuality(luma) : 100,
    metadataBytes,
  });
}

/**
 * Keeps what decoding and colour need: tables, frames, scans, JFIF without its thumbnail, Adobe's colour transform and
 * the ICC profile. Ends at the first EOI, so second pictures (MPF, Ultra HDR gain maps) and polyglot tails are gone.
 */
function clean(input: Buffer, kept: KeptMetadata): Buffer {
  const parts: Buffer[] = [Buffer.from([0xff, SOI])];
  let jfif: Buffer | null = null;
  let at = 2;
  const count = segmentCounter();
  for (let ended = false; !ended; ) {
    for (const segment of segments(input, at, count)) {
      const { marker, start, payload, end } = segment;
      at = end;
      ended = marker === EOI;
      if (marker === APP0 && named(input, segment, JFIF)) jfif ??= withoutThumbnail(input, segment);
      else if (!dropped(input, segment)) parts.push(input.subarray(start, end));
      if (marker === SOS) {
        at = scanEnd(input, payload);
        parts.push(input.subarray(end, at));
        ended = at >= input.length;
      }
    }
  }
  // JFIF wants its APP0 first, EXIF its APP1 first: everyone writes them in this order.
  parts.splice(1, 0, ...(jfif ? [jfif] : []), ...metadataSegments(kept));
  return Buffer.concat(parts);
}

function dropped(input: Buffer, segment: Segment): boolean {
  const { marker } = segment;
  if (marker === COM) return true;
  if (marker < APP0 || marker > APP15 || marker === APP14) return false;
  return !(marker === APP2 && named(input, segment, ICC));
}

/** JFIF 1.02: two bytes of thumbnail size end the fixed part. */
function withoutThumbnail(input: Buffer, { payload, end }: Segment): Buffer | null {
  if (end - payload < JFIF_BYTES) return null;
  const body = Buffer.from(input.subarray(payload, payload + JFIF_BYTES));
  body.writeUInt16BE(0, JFIF_BYTES - 2);
  return segmentOf(APP0, body);
}

/** The offset of the first marker after entropy-coded data; restart markers and stuffed zeros belong to the data. */
function scanEnd(input: Buffer, from: number): number {
  // Byte by byte: a call for each 0xFF is slow where they are dense.
  for (let at = from; at + 1 < input.length; at++) {
    if (input[at] !== 0xff) continue;
    const next = input[at + 1]!;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return input.length;
}

function add(encoded: Buffer, kept: KeptMetadata): Buffer {
  const at = headEnd(encoded);
  return Buffer.concat([encoded.subarray(0, at), ...metadataSegments(kept), encoded.subarray(at)]);
}

/** Where metadata goes: after JFIF's APP0, which encoders write right behind SOI. */
function headEnd(encoded: Buffer): number {
  return encoded.readUInt16BE(2) === 0xff00 + APP0 ? 4 + encoded.readUInt16BE(4) : 2;
}

/** `encoded` with a colour profile, in as many segments as it takes. Those who write EXIF write it before. */
export function withProfile(encoded: Buffer, icc: Buffer): Buffer {
  const room = MAX_PAYLOAD - ICC_HEAD;
  const count = Math.ceil(icc.length / room);
  // One byte counts them. Longer ones cannot have come out of a JPEG.
  if (count > 255) throw new RangeError(`a profile of ${icc.length} bytes does not fit a JPEG`);
  const at = headEnd(encoded);
  const chunks = Array.from({ length: count }, (_, i) => {
    const head = Buffer.concat([Buffer.from(ICC, 'latin1'), Buffer.from([i + 1, count])]);
    return segmentOf(APP2, Buffer.concat([head, icc.subarray(i * room, (i + 1) * room)]));
  });
  return Buffer.concat([encoded.subarray(0, at), ...chunks, encoded.subarray(at)]);
}

function metadataSegments(kept: KeptMetadata): Buffer[] {
  const wanted: [number, string, Buffer | null][] = [
    [APP1, EXIF, kept.exif],
    [APP1, XMP, kept.xmp],
    [APP13, PHOTOSHOP, kept.iptc && irbWith(kept.iptc)],
  ];
  return wanted.flatMap(([marker, name, body]) =>
    body && name.length + body.length <= MAX_PAYLOAD
      ? [segmentOf(marker, Buffer.concat([Buffer.from(name, 'latin1'), body]))]
      : [],
  );
}

function segmentOf(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

export const jpeg = containerOf('JPEG', { read, clean, add });
