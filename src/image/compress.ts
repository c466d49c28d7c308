// One picture made lighter: bytes in, bytes out. Owns the rules of what is delivered (never worse, no frame lost unasked,
// not over the limit) and the answer when it cannot be done.
import { failure, type ImageErrorCode, type ImageFailure, messageOf } from '../errors.ts';
import { FORMATS, type ImageFormat } from '../formats.ts';
import type { ProcessOptions } from '../ports.ts';
import type { ImageEncoder } from '../result-columns.ts';
import { CODECS } from './codecs.ts';
import { type Encoded, type Encoding, encode, needsResize } from './encode.ts';
import { encodeJpeg } from './jpeg/encode-jpeg.ts';
import { keptMetadata } from './metadata/kept.ts';
import { ImageProblem, type Picture } from './picture.ts';
import { encoderQuality, parseQuality } from './quality.ts';
import { sniff } from './sniff.ts';

export interface Compressed {
  status: 'compressed';
  data: Buffer;
  /** Pixels of the picture as it is displayed. */
  width: number;
  height: number;
  format: ImageFormat;
  /** The number the encoder was given; null when the original is delivered or the encoder has none (GIF, transparent TIFF). */
  quality: number | null;
  /** `data` is the picture as it came, less its metadata and anything behind its end. */
  kept_original: boolean;
  /** What made `data`; null when the original is delivered. */
  encoder: ImageEncoder | null;
  /** Of a JPEG, estimated from its tables; null for other formats. */
  source_quality: number | null;
}

export interface CompressLimits {
  /** Pixels over all frames, before decoding; of some formats a share of it (codecs.ts). */
  maxPixels: number;
}

/**
 * Re-encodes `input`, or delivers it cleaned of metadata when that would not make it lighter.
 *
 * The original stays, in its own format whatever `options.format` says, when the result is not smaller than its clean
 * copy, unless it was resized: a picture over the asked size is delivered resized even if that takes more bytes. It also
 * stays, whatever its size, when its animation would be lost although the asked format has animation (APNG, AVIF
 * sequences). A still format asked of an animation gets the first frame; of a TIFF, only the first page is read.
 *
 * @returns failures as values: empty_body, not_an_image, unsupported_format, corrupt_image, too_many_pixels.
 * @throws RangeError for options that were not checked.
 */
export async function compress(
  input: Buffer,
  options: ProcessOptions,
  limits: CompressLimits,
): Promise<Compressed | ImageFailure> {
  const wanted = parseQuality(options.quality);
  if (input.length === 0) return failure('empty_body', 'The image has no bytes');
  const sniffed = sniff(input);
  if (sniffed.format === null) return failure(sniffed.code, sniffed.message);
  try {
    const picture = CODECS[sniffed.format].container.read(input);
    const maxPixels = checkPixels(picture, limits);
    const target = options.format ?? picture.format;
    // Re-encoding would quietly lose frames that the asked format could hold. A still format asks for the first one.
    if (picture.hiddenFrames && (target === picture.format || FORMATS[target].animates))
      return (
        kept(input, picture, options) ?? failure('unsupported_format', 'This animation cannot be cleaned')
      );

    const quality = encoderQuality(wanted, picture.sourceQuality);
    const encoded = await encodeWith(input, { picture, target, quality, maxPixels, options });
    if (encoded.unchanged) {
      const original = kept(input, picture, options, encoded);
      if (original) return original;
    }
    // WebP's encoder merges frames that look alike, and may be left with a still: then the animation stays as it came.
    if (encoded.stilled) {
      const original = encoded.resized ? null : kept(input, picture, options, encoded);
      if (original) return original;
    }
    // Only a result that is not clearly smaller is worth making the clean copy for.
    if (!encoded.resized && encoded.data.length >= input.length - picture.metadataBytes) {
      const original = kept(input, picture, options, encoded);
      if (original && original.data.length <= encoded.data.length) return original;
    }
    return {
      status: 'compressed',
      data: encoded.data,
      width: encoded.width,
      height: encoded.height,
      format: target,
      quality: CODECS[target].hasQuality(picture) ? quality : null,
      kept_original: false,
      encoder: encoded.encoder,
      source_quality: tellingQuality(picture),
    };
  } catch (error) {
    return failureOf(error, sniffed.format);
  }
}

/**
 * JPEG to JPEG at the same size is transcoded, at a third of the cost. Everything else, and every JPEG the transcoder
 * refuses, is sharp's, whose verdict stands.
 */
async function encodeWith(input: Buffer, encoding: Encoding): Promise<Encoded> {
  const { picture, target, options } = encoding;
  const staysJpeg = picture.format === 'jpeg' && target === 'jpeg' && !needsResize(picture, options);
  return (staysJpeg ? encodeJpeg(input, encoding) : null) ?? (await encode(input, encoding));
}

/** @returns the limit that holds for this format, for the decoder to hold as well. */
function checkPixels({ format, width, height, frames }: Picture, { maxPixels }: CompressLimits): number {
  const limit = Math.floor(maxPixels * CODECS[format].pixelShare);
  if (width * height * frames <= limit) return limit;
  const size = `${width}x${height}${frames > 1 ? ` in ${frames} frames` : ''}`;
  throw new ImageProblem(
    'too_many_pixels',
    `${size} is over the limit of ${limit} pixels for ${FORMATS[format].label}`,
  );
}

/** The original as a result; null when it cannot be cleaned. `shown` has its displayed size if it was decoded. */
function kept(
  input: Buffer,
  picture: Picture,
  options: ProcessOptions,
  shown?: { width: number; height: number },
): Compressed | null {
  const { container } = CODECS[picture.format];
  const data = container.clean(input, keptMetadata(picture, options.metadata, picture.orientation));
  if (!data) return null;
  const [width, height] =
    picture.orientation >= 5 ? [picture.height, picture.width] : [picture.width, picture.height];
  return {
    status: 'compressed',
    data,
    width: shown?.width ?? width,
    height: shown?.height ?? height,
    format: picture.format,
    quality: null,
    kept_original: true,
    encoder: null,
    source_quality: tellingQuality(picture),
  };
}

/** Only JPEG's tables tell; for the others `sourceQuality` is assumed. */
function tellingQuality({ format, sourceQuality }: Picture): number | null {
  return format === 'jpeg' ? sourceQuality : null;
}

/** libvips' own words, which change with versions and name what no user knows -> our codes. */
const DECODER_MESSAGES: { pattern: RegExp; code: ImageErrorCode; message: string }[] = [
  {
    pattern: /exceeds pixel limit/i,
    code: 'too_many_pixels',
    message: 'The picture has more pixels than the limit',
  },
  {
    pattern: /too large for the \w+ format|must not exceed/i,
    code: 'too_many_pixels',
    message: 'The picture is longer on one side than the asked format can be',
  },
  {
    pattern: /out of memory|unable to allocate/i,
    code: 'too_many_pixels',
    message: 'The picture needs more memory than one image may use',
  },
];

function failureOf(error: unknown, format: ImageFormat): ImageFailure {
  if (error instanceof ImageProblem) return failure(error.code, error.message);
  // Errors of the language, and sharp's "Expected integer between …", are faults of ours.
  const ours =
    error instanceof TypeError || error instanceof RangeError || /^Expected /.test(messageOf(error));
  if (ours) throw error;
  const known = DECODER_MESSAGES.find(({ pattern }) => pattern.test(messageOf(error)));
  return known
    ? failure(known.code, known.message)
    : failure('corrupt_image', `The ${FORMATS[format].label} is damaged or cut off`);
}
