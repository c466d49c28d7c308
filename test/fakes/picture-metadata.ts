// Metadata for test pictures: what may stay, what must not, and how each container carries it.
import { crc32 } from 'node:zlib';

/** Stands in the GPS directory of exif(); finding either in a result is a leak. */
export const GPS_TEXT = 'GPS-MARKER-52.5163N';
export const GPS_RATIONAL = rational(1_234_567, 89);
export const COPYRIGHT = '(c) 2026 Ada Example';
export const ARTIST = 'Ada Example';
/** Stands in EXIF fields, XMP and comments that must not stay. */
export const SECRET = 'SECRET-SERIAL-4711';
export const DIGITAL_SOURCE = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

function rational(over: number, under: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(over, 0);
  bytes.writeUInt32LE(under, 4);
  return bytes;
}

/** A little-endian TIFF structure with orientation, artist, copyright, a software text and a GPS directory. */
export function exif(orientation = 1): Buffer {
  const ascii = (text: string) => Buffer.from(`${text}\0`);
  const gps = directory(
    [
      [0x1b, 7, Buffer.from(GPS_TEXT)],
      [0x02, 5, Buffer.concat([GPS_RATIONAL, GPS_RATIONAL, GPS_RATIONAL])],
    ],
    8,
  );
  const at = 8 + gps.length;
  const main = directory(
    [
      [0x0112, 3, Buffer.from([orientation, 0])],
      [0x0131, 2, ascii(SECRET)],
      [0x013b, 2, ascii(ARTIST)],
      [0x8298, 2, ascii(COPYRIGHT)],
      [0x8825, 4, Buffer.from([8, 0, 0, 0])],
    ],
    at,
  );
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(at, 4);
  return Buffer.concat([head, gps, main]);
}

const TYPE_BYTES: Record<number, number> = { 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 };

export function directory(entries: [tag: number, type: number, value: Buffer][], at: number): Buffer {
  const head = Buffer.alloc(2 + entries.length * 12 + 4);
  head.writeUInt16LE(entries.length, 0);
  const values: Buffer[] = [];
  let end = at + head.length;
  entries.forEach(([tag, type, value], i) => {
    const entry = 2 + i * 12;
    head.writeUInt16LE(tag, entry);
    head.writeUInt16LE(type, entry + 2);
    head.writeUInt32LE(value.length / (TYPE_BYTES[type] ?? 1), entry + 4);
    if (value.length <= 4) value.copy(head, entry + 8);
    else {
      head.writeUInt32LE(end, entry + 8);
      const padded = Buffer.concat([value, Buffer.alloc(value.length & 1)]);
      values.push(padded);
      end += padded.length;
    }
  });
  return Buffer.concat([head, ...values]);
}

export const XMP = Buffer.from(
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" photoshop:Credit="Example &amp; Co" exif:GPSLatitude="${GPS_TEXT}" xmp:CreatorTool="${SECRET}">
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">${COPYRIGHT}</rdf:li></rdf:Alt></dc:rights>
<dc:creator><rdf:Seq><rdf:li>${ARTIST}</rdf:li><rdf:li>Bo Example</rdf:li></rdf:Seq></dc:creator>
<Iptc4xmpExt:DigitalSourceType>${DIGITAL_SOURCE}</Iptc4xmpExt:DigitalSourceType>
</rdf:Description></rdf:RDF></x:xmpmeta>`,
);

/** IIM record 2:116, the copyright notice. */
export const IPTC = Buffer.concat([Buffer.from([0x1c, 2, 116, 0, COPYRIGHT.length]), Buffer.from(COPYRIGHT)]);

/** Photoshop resources: a caption that must go, then the IPTC records. */
export const PHOTOSHOP_RESOURCES = Buffer.concat(
  [[0x03ed, Buffer.from(`${SECRET}!!`)] as const, [0x0404, IPTC] as const].map(([id, data]) => {
    const head = Buffer.from('8BIM\0\0\0\0\0\0\0\0', 'latin1');
    head.writeUInt16BE(id, 4);
    head.writeUInt32BE(data.length, 8);
    return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
  }),
);

export function jpegSegment(marker: number, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** Every kind of metadata, right behind SOI. */
export function withJpegMetadata(jpeg: Buffer, orientation = 1): Buffer {
  return Buffer.concat([
    jpeg.subarray(0, 2),
    jpegSegment(0xe1, 'Exif\0\0', exif(orientation)),
    jpegSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', XMP),
    jpegSegment(0xed, 'Photoshop 3.0\0', PHOTOSHOP_RESOURCES),
    jpegSegment(0xfe, SECRET),
    jpeg.subarray(2),
  ]);
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

/** Puts chunks behind IHDR. */
export function withPngChunks(png: Buffer, ...chunks: Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

export function withPngMetadata(png: Buffer, orientation = 1): Buffer {
  return withPngChunks(
    png,
    pngChunk('eXIf', exif(orientation)),
    pngChunk('iTXt', Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\0\0\0\0', 'latin1'), XMP])),
    pngChunk('tEXt', Buffer.from(`Comment\0${SECRET}`)),
  );
}

export function webpChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}

/** `webp` must be of the extended format already (alpha or animation). */
export function withWebpMetadata(webp: Buffer, orientation = 1): Buffer {
  const whole = Buffer.concat([
    webp,
    webpChunk('EXIF', exif(orientation)),
    webpChunk('XMP ', XMP),
    webpChunk('JUNK', Buffer.from(SECRET)),
  ]);
  whole.writeUInt32LE(whole.length - 8, 4);
  whole.writeUInt8(whole.readUInt8(20) | 0x0c, 20);
  return whole;
}
