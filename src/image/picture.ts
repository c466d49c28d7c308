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
  /** @throws ImageProblem when the container is damaged or holds what cannot be read; RangeError when it is cut. */
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
