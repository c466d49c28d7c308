// What a container walk says about a picture before any pixel is decoded, and how a walk says no.
import type { ImageErrorCode } from '../errors.ts';
import type { ImageFormat } from '../formats.ts';

/** A picture as its container describes it. Buffers are views of the input: nothing is copied. */
export interface Picture {
  format: ImageFormat;
  /** Pixels as stored, before `orientation` is applied; the largest of what the file declares. */
  width: number;
  height: number;
  /** Frames of an animation; 1 for a still. Further TIFF pages do not count: only the first is read. */
  frames: number;
  /** EXIF orientation, 1-8, that a reader still has to apply (AVIF turns itself, so it is 1 there). */
  orientation: number;
  gray: boolean;
  cmyk: boolean;
  alpha: boolean;
  /** An animation the decoder sees only the first frame of: APNG and AVIF sequences. */
  hiddenFrames: boolean;
  /** ICC profile, whole. */
  icc: Buffer | null;
  /** EXIF as a TIFF structure, from its byte-order mark on. */
  exif: Buffer | null;
  /** IPTC IIM records. */
  iptc: Buffer | null;
  /** XMP packet, UTF-8. */
  xmp: Buffer | null;
  /** Quality the picture was made with, 1-100: estimated for JPEG, otherwise assumed (see each reader). */
  sourceQuality: number;
  /** Bytes of metadata that a clean copy would not have. A lower bound. */
  metadataBytes: number;
}

/** The metadata that is written to a result, ready for any container. All null: nothing to write. */
export interface KeptMetadata {
  /** A fresh TIFF structure with at most orientation, artist and copyright. */
  exif: Buffer | null;
  /** IPTC IIM records. */
  iptc: Buffer | null;
  /** A fresh XMP packet, UTF-8. */
  xmp: Buffer | null;
}

/** One container format: reading its header, copying it without metadata, and adding metadata to an encoder's output. */
export interface Container {
  /** @throws ImageProblem when the container is damaged, cut, has more parts than a picture has, or cannot be read. */
  read(input: Buffer): Picture;
  /**
   * A copy with the very same coded pixels, colour profile and timing, `kept` as its only metadata, and nothing after
   * the end of the picture. Null when this container cannot be cleaned without re-encoding.
   */
  clean(input: Buffer, kept: KeptMetadata): Buffer | null;
  /** Puts `kept` into what an encoder wrote; absent where the encoder itself writes it, or nothing can. */
  add?(encoded: Buffer, kept: KeptMetadata): Buffer;
}

/** A still, colour, opaque picture without metadata, to be overridden by what a reader finds. */
export function picture(
  found: Partial<Picture> & Pick<Picture, 'format' | 'width' | 'height' | 'sourceQuality'>,
): Picture {
  return {
    frames: 1,
    orientation: 1,
    gray: false,
    cmyk: false,
    alpha: false,
    hiddenFrames: false,
    icc: null,
    exif: null,
    iptc: null,
    xmp: null,
    metadataBytes: 0,
    ...found,
  };
}

/** Why a picture is refused. Thrown inside src/image/ only: compress() turns it into a value. */
export class ImageProblem extends Error {
  override readonly name = 'ImageProblem';
  readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function corrupt(format: string): ImageProblem {
  return new ImageProblem('corrupt_image', `The ${format} is damaged or cut off`);
}

/**
 * Counts the parts of one file, one a call. Threat: millions of parts of a few bytes each, which compress to nothing on
 * their way here and hold the process for seconds.
 * @throws ImageProblem from the call on that comes after `most`.
 */
export function partCounter(format: string, most: number): () => void {
  let left = most;
  return () => {
    if (--left < 0) throw corrupt(format);
  };
}

/** What reading a buffer past its end throws: outside of any buffer, or of one that is too short for the type. */
const PAST_THE_END = new Set(['ERR_OUT_OF_RANGE', 'ERR_BUFFER_OUT_OF_BOUNDS']);

/** A container whose walks may run past the end of a cut file: that is damage like any other. */
export function containerOf(format: string, { read, clean, add }: Container): Container {
  const walking =
    <Given extends unknown[], Result>(walk: (...given: Given) => Result) =>
    (...given: Given): Result => {
      try {
        return walk(...given);
      } catch (error) {
        const cut = error instanceof RangeError && 'code' in error && PAST_THE_END.has(String(error.code));
        throw cut ? corrupt(format) : error;
      }
    };
  return { read: walking(read), clean: walking(clean), ...(add && { add }) };
}
