// Which format bytes are in, by their first bytes alone: never by a header, a file name or a URL.
import type { ImageErrorCode } from '../errors.ts';
import type { ImageFormat } from '../formats.ts';

export type Sniffed =
  | { format: ImageFormat }
  | { format: null; code: Extract<ImageErrorCode, 'not_an_image' | 'unsupported_format'>; message: string };

interface Signature {
  /** The bytes, one latin1 character each; `?` stands for any byte. */
  starts: string;
  format?: ImageFormat;
  /** A picture in a format that is not read, by the name its owners use. */
  picture?: string;
  /** What it is instead of a picture, with its article. */
  other?: string;
}

/** How files of the formats that are read begin, or which brands those in ISO BMFF have. */
const OURS: Record<ImageFormat, { starts?: string[]; brands?: string[] }> = {
  jpeg: { starts: ['\xff\xd8\xff'] },
  png: { starts: ['\x89PNG\r\n\x1a\n'] },
  webp: { starts: ['RIFF????WEBP'] },
  gif: { starts: ['GIF87a', 'GIF89a'] },
  avif: { brands: ['avif', 'avis'] },
  tiff: { starts: ['II*\0', 'MM\0*'] },
};
const ours = (what: 'starts' | 'brands'): Signature[] =>
  (Object.keys(OURS) as ImageFormat[]).flatMap((format) =>
    (OURS[format][what] ?? []).map((starts) => ({ starts, format })),
  );

/** First match wins. Sources: the formats' own specifications; for the less usual ones, file(1)'s magic. */
const SIGNATURES: Signature[] = [
  { starts: 'II*\0????CR', picture: 'Camera raw (CR2)' },
  ...ours('starts'),
  { starts: 'II+\0', picture: 'BigTIFF' },
  { starts: 'MM\0+', picture: 'BigTIFF' },
  { starts: 'IIU\0', picture: 'Camera raw (RW2)' },
  { starts: 'IIR', picture: 'Camera raw (ORF)' },
  { starts: 'II\xbc', picture: 'JPEG XR' },
  { starts: 'FUJIFILM', picture: 'Camera raw (RAF)' },
  { starts: 'BM????\0\0\0\0', picture: 'BMP' },
  { starts: '\0\0\x01\0', picture: 'ICO' },
  { starts: '\0\0\x02\0', picture: 'CUR' },
  { starts: '\0\0\0\x0cjP  \r\n\x87\n', picture: 'JPEG 2000' },
  { starts: '\xff\x4f\xff\x51', picture: 'JPEG 2000' },
  { starts: '\xff\x0a', picture: 'JPEG XL' },
  { starts: '\0\0\0\x0cJXL \r\n\x87\n', picture: 'JPEG XL' },
  { starts: '8BPS', picture: 'Photoshop (PSD)' },
  { starts: 'gimp xcf', picture: 'GIMP (XCF)' },
  { starts: 'qoif', picture: 'QOI' },
  { starts: 'DDS ', picture: 'DDS' },
  { starts: 'v/1\x01', picture: 'OpenEXR' },
  { starts: '#?RADIANCE', picture: 'Radiance HDR' },
  { starts: 'FLIF', picture: 'FLIF' },
  { starts: 'BPG\xfb', picture: 'BPG' },
  { starts: '%!PS', picture: 'PostScript (EPS)' },
  { starts: '\xc5\xd0\xd3\xc6', picture: 'PostScript (EPS)' },
  ...['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'].flatMap((kind) =>
    ['\n', ' '].map((space) => ({ starts: kind + space, picture: 'PNM' })),
  ),
  { starts: '%PDF-', other: 'a PDF document' },
  { starts: 'PK\x03\x04', other: 'a ZIP archive or an Office document' },
  { starts: 'Rar!', other: 'a RAR archive' },
  { starts: "7z\xbc\xaf'\x1c", other: 'a 7z archive' },
  { starts: '\x1f\x8b', other: 'gzip-compressed data' },
  { starts: '\x1aE\xdf\xa3', other: 'a WebM or Matroska video' },
  { starts: 'RIFF????AVI ', other: 'an AVI video' },
  { starts: 'RIFF????WAVE', other: 'a WAV sound' },
  { starts: 'FWS', other: 'a Flash film' },
  { starts: 'CWS', other: 'a Flash film' },
  { starts: 'ID3', other: 'an MP3 sound' },
  { starts: 'OggS', other: 'an Ogg file' },
];

/** ISO BMFF brands (ISO/IEC 14496-12 4.3), in the order they decide. */
const BRANDS: Signature[] = [
  ...ours('brands'),
  ...['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1', 'mif2'].map(
    (starts) => ({
      starts,
      picture: 'HEIC',
    }),
  ),
  { starts: 'crx ', picture: 'Camera raw (CR3)' },
  { starts: 'jp2 ', picture: 'JPEG 2000' },
  { starts: 'qt  ', other: 'a QuickTime video' },
  { starts: '????', other: 'an MP4 video' },
];

/** Text formats, tried on the trimmed, lower-cased beginning. An HTML page may hold an SVG, so HTML goes first. */
const TEXTS: { pattern: RegExp; picture?: string; other?: string }[] = [
  {
    pattern: /^(<!--[\s\S]*?-->\s*)?<(!doctype html|html|head|body|script|meta|title)\b/,
    other: 'an HTML page',
  },
  { pattern: /^<[\s\S]*<svg[\s>]|^<svg[\s>]/, picture: 'SVG' },
  { pattern: /^<\?xml|^<[a-z]/, other: 'an XML document' },
  { pattern: /^[{[]/, other: 'JSON text' },
  { pattern: /^/, other: 'text' },
];

/** How far into the file a text format may show itself. */
const TEXT_BYTES = 1024;
const CONTROL_CHARACTERS = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

/** The format of `input`, or why it has none that can be read. Looks at the first kilobyte. */
export function sniff(input: Buffer): Sniffed {
  const found =
    SIGNATURES.find(({ starts }) => startsWith(input, 0, starts)) ?? byBrand(input) ?? byText(input);
  if (found?.format) return { format: found.format };
  if (found?.picture)
    return {
      format: null,
      code: 'unsupported_format',
      message: `${found.picture} pictures cannot be read; export as JPEG`,
    };
  return {
    format: null,
    code: 'not_an_image',
    message: `This is ${found?.other ?? 'no format that is known here'}, not an image`,
  };
}

function startsWith(input: Buffer, offset: number, pattern: string): boolean {
  if (input.length < offset + pattern.length) return false;
  for (let i = 0; i < pattern.length; i++)
    if (pattern[i] !== '?' && input[offset + i] !== pattern.charCodeAt(i)) return false;
  return true;
}

function byBrand(input: Buffer): Signature | undefined {
  if (!startsWith(input, 4, 'ftyp')) return undefined;
  // The major brand, then (past its version) the compatible ones: a picture of major brand mif1 may be an AVIF.
  const end = Math.min(input.readUInt32BE(0), input.length, 256);
  const brands = [8];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(at);
  return BRANDS.find(({ starts }) => brands.some((at) => startsWith(input, at, starts)));
}

function byText(input: Buffer): Omit<Signature, 'starts'> | undefined {
  const text = input
    .toString('latin1', 0, TEXT_BYTES)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  if (CONTROL_CHARACTERS.test(text)) return undefined;
  return TEXTS.find(({ pattern }) => pattern.test(text));
}
