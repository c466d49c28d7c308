// A JPEG picture through the transcoder: what encode.ts does with sharp, for the case that needs no pixels.

import { CODECS } from '../codecs.ts';
import { jpeg, withProfile } from '../containers/jpeg.ts';
import type { Encoded, Encoding } from '../encode.ts';
import { colourPlan } from '../metadata/icc.ts';
import { isEmpty, keptMetadata } from '../metadata/kept.ts';
import { transcodeJpeg } from './transcode.ts';

const SMALLEST_SIDE = 32;

/** @returns null for what the transcoder refuses: sharp has the last word on it. */
export function encodeJpeg(input: Buffer, { picture, target, quality, options }: Encoding): Encoded | null {
  // sharp turns pictures upright, which is safest for programs that ignore EXIF; and a small one gains nothing here.
  if (picture.cmyk || picture.orientation !== 1) return null;
  if (Math.min(picture.width, picture.height) < SMALLEST_SIDE) return null;
  const result = transcodeJpeg(input, { quality });
  if (result.status === 'refused') return null;
  const metadata = keptMetadata(picture, options.metadata, 1);
  const coloured =
    picture.icc && colourPlan(picture, CODECS[target]) === 'keep'
      ? withProfile(result.data, picture.icc)
      : result.data;
  return {
    data: isEmpty(metadata) ? coloured : jpeg.add!(coloured, metadata),
    width: picture.width,
    height: picture.height,
    resized: false,
    stilled: false,
    unchanged: !result.coarser,
    encoder: 'jpeg-transcoder',
  };
}
