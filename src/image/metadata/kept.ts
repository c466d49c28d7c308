// Which metadata stays with a picture: whose it is (EXIF artist and copyright, IPTC, XMP rights, creator and credit),
// whether an AI made it (XMP digital source type), and how it is turned when the pixels were not. Never where or when.
import type { ProcessOptions } from '../../ports.ts';
import type { KeptMetadata, Picture } from '../picture.ts';
import { readExif, writeExif } from './exif.ts';
import { readXmp, writeXmp } from './xmp.ts';

export const NO_METADATA: KeptMetadata = { exif: null, iptc: null, xmp: null };

/**
 * What to write beside the pixels of `picture`.
 * @param orientation 1 when the written pixels stand upright, else the EXIF orientation readers still have to apply.
 */
export function keptMetadata(
  picture: Picture,
  choice: ProcessOptions['metadata'],
  orientation: number,
): KeptMetadata {
  // The common case, and the one the CPU budget is about: no metadata, no work.
  if (orientation === 1 && (choice === 'none' || !(picture.exif || picture.iptc || picture.xmp)))
    return NO_METADATA;
  if (choice === 'none')
    return { exif: writeExif({ orientation, artist: null, copyright: null }), iptc: null, xmp: null };
  const credits = picture.exif ? readExif(picture.exif) : { artist: null, copyright: null };
  return {
    exif: writeExif({ ...credits, orientation }),
    iptc: picture.iptc,
    xmp: picture.xmp && writeXmp(readXmp(picture.xmp)),
  };
}

export function isEmpty(kept: KeptMetadata): boolean {
  return !(kept.exif || kept.iptc || kept.xmp);
}

/**
 * The credits for encoders that write metadata themselves (AVIF, TIFF): as an XMP packet, which artist and copyright
 * join unless it names its own, and as sharp's EXIF fields.
 */
export function encoderCredits(picture: Picture): {
  xmp: string | null;
  exif: Record<string, string> | null;
} {
  const credits = picture.xmp ? readXmp(picture.xmp) : new Map();
  const { artist, copyright } = picture.exif ? readExif(picture.exif) : { artist: null, copyright: null };
  if (copyright && !credits.has('dc:rights')) credits.set('dc:rights', [plain(copyright)]);
  if (artist && !credits.has('dc:creator')) credits.set('dc:creator', [plain(artist)]);
  const exif = {
    ...(artist ? { Artist: plain(artist) } : {}),
    ...(copyright ? { Copyright: plain(copyright) } : {}),
  };
  return { xmp: writeXmp(credits)?.toString() ?? null, exif: artist || copyright ? exif : null };
}

/** The two strings of an EXIF copyright, side by side. */
function plain(bytes: Buffer): string {
  return bytes.toString('utf8').split('\0').filter(Boolean).join(', ');
}
