// One decoder, one encoder: the sharp pipeline of a picture. Owns sharp's settings, and what is asked of it for
// orientation, colour, size and metadata.
import sharp, { type Sharp } from 'sharp';
import { messageOf } from '../errors.ts';
import { FORMATS, type ImageFormat } from '../formats.ts';
import type { ProcessOptions } from '../ports.ts';
import type { ImageEncoder } from '../result-columns.ts';
import { CODECS } from './codecs.ts';
import { type ColourPlan, colourPlan } from './metadata/icc.ts';
import { encoderCredits, isEmpty, keptMetadata } from './metadata/kept.ts';
import type { Picture } from './picture.ts';

// One image at a time per process: threads and an operation cache would only cost memory.
sharp.cache(false);
sharp.concurrency(1);
// Threat: libvips has some thirty loaders, and some read other files (SVG), run scripts (PDF) or are little used. Only
// these can start, and only on bytes that sniff() has named.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: Object.values(FORMATS).flatMap(({ loaders }) =>
    loaders.map((loader) => `VipsForeignLoad${loader}Buffer`),
  ),
});

export interface Encoding {
  picture: Picture;
  target: ImageFormat;
  quality: number;
  maxPixels: number;
  options: ProcessOptions;
}

export interface Encoded {
  data: Buffer;
  /** As displayed. */
  width: number;
  height: number;
  resized: boolean;
  /** An animation went in, for a format that has animation, and a still came out. */
  stilled: boolean;
  /** The source is of the asked quality or under: there is nothing to gain but what its own coding wastes. */
  unchanged?: boolean;
  encoder: ImageEncoder;
}

/** What libjpeg warns of where the data of a scan, or the file, ends before its picture does. */
const CUT_JPEG = /premature end/i;

/**
 * A JPEG that was cut and then closed, as some proxies and editors leave them, is only a warning to its decoder, which
 * paints what is missing in one colour. So warnings count at first; a picture with any other is read again without.
 */
export async function encode(input: Buffer, encoding: Encoding): Promise<Encoded> {
  if (encoding.picture.format !== 'jpeg') return encodeOnce(input, encoding, 'error');
  try {
    return await encodeOnce(input, encoding, 'warning');
  } catch (error) {
    if (CUT_JPEG.test(messageOf(error))) throw error;
    return encodeOnce(input, encoding, 'error');
  }
}

/** @param failOn 'error' takes the third of damaged files that only have odd headers, and refuses cut ones. */
async function encodeOnce(input: Buffer, encoding: Encoding, failOn: 'error' | 'warning'): Promise<Encoded> {
  const { picture, target, quality, maxPixels, options } = encoding;
  const codec = CODECS[target];
  const animated = picture.frames > 1 && FORMATS[target].animates;
  // The decoder cannot turn an animation; a reader can, told by EXIF.
  const turn = picture.orientation > 1 && !animated;
  const plan = colourPlan(picture, codec);
  let pipeline = sharp(input, {
    failOn,
    limitInputPixels: maxPixels,
    animated,
    autoOrient: turn,
    ignoreIcc: plan === 'drop',
  });
  pipeline = withColour(pipeline, plan, picture);
  if (picture.alpha && !codec.keepsAlpha(picture)) pipeline = pipeline.flatten({ background: '#fff' });

  const swapped = picture.orientation >= 5;
  const box = resizeBox(picture, options, swapped && animated);
  if (box) pipeline = pipeline.resize({ ...box, fit: 'inside', withoutEnlargement: true });

  const metadata = keptMetadata(picture, options.metadata, turn ? 1 : picture.orientation);
  pipeline = withEncoderMetadata(pipeline, encoding);
  const { data, info } = await codec.encode(pipeline, quality, picture).toBuffer({ resolveWithObject: true });

  // Of an animation, info has the height of all frames or of one, depending on the format.
  const height = info.pageHeight ?? info.height;
  const stands = swapped && animated ? [height, info.width] : [info.width, height];
  const [width = 0, displayedHeight = 0] = stands;
  return {
    data: codec.container.add && !isEmpty(metadata) ? codec.container.add(data, metadata) : data,
    width,
    height: displayedHeight,
    resized: box !== null && info.width * height < picture.width * picture.height,
    stilled: animated && codec.container.read(data).frames === 1,
    encoder: 'sharp',
  };
}

function withColour(pipeline: Sharp, plan: ColourPlan, { gray }: Picture): Sharp {
  // Otherwise sharp makes three channels of one.
  const spaced = gray ? pipeline.toColourspace('b-w') : pipeline;
  return plan === 'keep' ? spaced.keepIccProfile() : spaced;
}

/** The credits of formats whose containers are not edited here. GIF has no place for them: they are lost. */
function withEncoderMetadata(pipeline: Sharp, { picture, target, options }: Encoding): Sharp {
  const { credits } = CODECS[target];
  if (options.metadata === 'none' || credits.length === 0) return pipeline;
  const { xmp, exif } = encoderCredits(picture);
  const described = exif && credits.includes('exif') ? pipeline.withExif({ IFD0: exif }) : pipeline;
  return xmp && credits.includes('xmp') ? described.withXmp(xmp) : described;
}

/** True when a still does not fit the asked size. */
export function needsResize(picture: Picture, options: ProcessOptions): boolean {
  return resizeBox(picture, options, false) !== null;
}

/** What to hand to resize, or null when the picture fits already. `swapped`: the limits are for the turned picture. */
function resizeBox(
  picture: Picture,
  options: ProcessOptions,
  swapped: boolean,
): { width?: number; height?: number } | null {
  const { max_width, max_height } = options;
  if (max_width === null && max_height === null) return null;
  const [width, height] = swapped ? [max_height, max_width] : [max_width, max_height];
  // AVIF is turned inside the decoder by boxes that are not read here, so its sides may come swapped.
  const sides = picture.format === 'avif' ? Math.max(picture.width, picture.height) : null;
  const lying = picture.orientation >= 5 && !swapped;
  const stored = lying ? [picture.height, picture.width] : [picture.width, picture.height];
  const [shownWidth = 0, shownHeight = 0] = sides === null ? stored : [sides, sides];
  const fits =
    shownWidth <= (width ?? Number.POSITIVE_INFINITY) && shownHeight <= (height ?? Number.POSITIVE_INFINITY);
  if (fits) return null;
  return { ...(width === null ? {} : { width }), ...(height === null ? {} : { height }) };
}
