// What code does with each format: its container, and how it is encoded. Its names are in formats.ts.
import type { Sharp } from 'sharp';
import type { ImageFormat } from '../formats.ts';
import { avif } from './containers/avif.ts';
import { gif } from './containers/gif.ts';
import { jpeg } from './containers/jpeg.ts';
import { png } from './containers/png.ts';
import { tiff } from './containers/tiff.ts';
import { webp } from './containers/webp.ts';
import type { Container, Picture } from './picture.ts';

export interface Codec {
  container: Container;
  /** The share of the pixel limit that a picture may have before it is decoded. */
  pixelShare: number;
  /** Whether files of it have a place for a colour profile. */
  carriesProfile: boolean;
  /** Where libvips writes the credits, for containers that are not edited here. */
  credits: readonly ('exif' | 'xmp')[];
  /** Whether the encoded picture is transparent where `picture` is. */
  keepsAlpha(picture: Picture): boolean;
  /** Whether the encoder has a quality that `encode` hands on. */
  hasQuality(picture: Picture): boolean;
  encode(pipeline: Sharp, quality: number, picture: Picture): Sharp;
}

/** GIF has no quality. Pixels that change by less than this between frames stay as they were: at 50, 8 of 255 levels. */
const gifFrameError = (quality: number): number => Math.round(((100 - quality) * 16) / 100);

export const CODECS: Record<ImageFormat, Codec> = {
  jpeg: {
    container: jpeg,
    pixelShare: 1,
    carriesProfile: true,
    credits: [],
    keepsAlpha: () => false,
    hasQuality: () => true,
    // Baseline, 4:2:0, optimised Huffman tables. mozjpeg saves some 15 % more for three times the CPU.
    encode: (pipeline, quality) => pipeline.jpeg({ quality }),
  },
  png: {
    container: png,
    pixelShare: 1,
    carriesProfile: true,
    credits: [],
    keepsAlpha: () => true,
    hasQuality: () => true,
    // At most 256 colours, as few as the quality allows. Effort 2 takes 0.25 s for a 2 MP photo and 1 s for 2 MP of pure
    // noise; 5 takes 0.4 s and 3.3 s for 8 % less, 7 (the default) 0.6 s and 16 s.
    encode: (pipeline, quality) => pipeline.png({ palette: true, quality, effort: 2 }),
  },
  webp: {
    container: webp,
    pixelShare: 1,
    carriesProfile: true,
    credits: [],
    keepsAlpha: () => true,
    hasQuality: () => true,
    encode: (pipeline, quality) => pipeline.webp({ quality }),
  },
  avif: {
    container: avif,
    // Decoding it takes twice the memory.
    pixelShare: 0.5,
    carriesProfile: true,
    credits: ['exif', 'xmp'],
    keepsAlpha: () => true,
    hasQuality: () => true,
    // Effort 3 takes 0.6-0.9 s for 1.7 MP, 4 (the default) 4-5 s for the same size. 4:2:0 saves 10-20 %.
    encode: (pipeline, quality) => pipeline.avif({ quality, effort: 3, chromaSubsampling: '4:2:0' }),
  },
  gif: {
    container: gif,
    pixelShare: 1,
    carriesProfile: false,
    credits: [],
    keepsAlpha: () => true,
    hasQuality: () => false,
    // The palette of a GIF is used again as it is. Equal frames stay frames: the count and each delay are the author's.
    encode: (pipeline, quality) =>
      pipeline.gif({
        effort: 3,
        keepDuplicateFrames: true,
        interFrameMaxError: gifFrameError(quality),
      }),
  },
  tiff: {
    container: tiff,
    pixelShare: 1,
    carriesProfile: true,
    // libvips writes no EXIF into TIFF.
    credits: ['xmp'],
    keepsAlpha: (picture) => picture.alpha,
    hasQuality: (picture) => !picture.alpha,
    // JPEG inside has no transparency, so a transparent picture is compressed without loss.
    encode: (pipeline, quality, picture) =>
      picture.alpha
        ? pipeline.tiff({ compression: 'deflate', predictor: 'horizontal' })
        : pipeline.tiff({ compression: 'jpeg', quality }),
  },
};
