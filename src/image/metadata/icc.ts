// Colour profiles: what to do with the one a picture has, and whether it says anything at all (ICC.1:2022).
import type { Codec } from '../codecs.ts';
import type { Picture } from '../picture.ts';

/**
 * - `none`: there is no profile to think of.
 * - `drop`: the numbers already are what they would be without a profile (sRGB); the profile is dead weight, some 3 kB.
 * - `keep`: leave the numbers, carry the profile along: a wide gamut stays wide.
 * - `convert`: bring the pixels to sRGB and carry none.
 */
export type ColourPlan = 'none' | 'drop' | 'keep' | 'convert';

export function colourPlan(picture: Picture, { carriesProfile }: Pick<Codec, 'carriesProfile'>): ColourPlan {
  // CMYK is no colour space of the web: it is converted by its own profile, or a standard press profile.
  if (picture.cmyk) return 'convert';
  if (!picture.icc) return 'none';
  const space = picture.icc.length < HEADER_BYTES ? '' : picture.icc.toString('latin1', 16, 20);
  // A profile of another kind than the pixels cannot be applied; browsers ignore it too.
  if (space !== (picture.gray ? 'GRAY' : 'RGB ')) return 'drop';
  if (!picture.gray && isSrgb(picture.icc)) return 'drop';
  return carriesProfile ? 'keep' : 'convert';
}

const HEADER_BYTES = 128;
/** Tags that are looked at: profiles have some twenty. */
const MAX_TAGS = 200;
/** sRGB's primaries, adapted to D50, as ICC profiles have them (IEC 61966-2-1, Bradford). */
const PRIMARIES: Record<string, [number, number, number]> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
/** Profiles in use differ by less in rounding; Adobe RGB and P3 by ten times as much. */
const PRIMARY_TOLERANCE = 0.003;
/** Where the curves are compared, and how far apart they may be: a plain gamma of 2.2 is not sRGB in the shadows. */
const CURVE_POINTS = [0.05, 0.1, 0.25, 0.5, 0.75];
const CURVE_TOLERANCE = 0.0015;
const srgbCurve = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

/** True when the profile's primaries and tone curves are sRGB's, whatever it is called. False for damaged ones. */
export function isSrgb(icc: Buffer): boolean {
  try {
    const tags = tagTable(icc);
    // A look-up table overrules primaries and curves.
    if (tags.has('A2B0')) return false;
    for (const [name, wanted] of Object.entries(PRIMARIES)) {
      const tag = tags.get(name);
      if (!tag || wanted.some((value, i) => Math.abs(fixed(tag, 8 + i * 4) - value) > PRIMARY_TOLERANCE))
        return false;
    }
    return ['rTRC', 'gTRC', 'bTRC'].every((name) => {
      const curve = curveOf(tags.get(name));
      return (
        curve !== null && CURVE_POINTS.every((x) => Math.abs(curve(x) - srgbCurve(x)) <= CURVE_TOLERANCE)
      );
    });
  } catch {
    return false;
  }
}

/** s15Fixed16Number. */
const fixed = (tag: Buffer, at: number): number => tag.readInt32BE(at) / 65536;

function tagTable(icc: Buffer): Map<string, Buffer> {
  const count = Math.min(icc.readUInt32BE(HEADER_BYTES), MAX_TAGS);
  const tags = new Map<string, Buffer>();
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + 4 + i * 12;
    const start = icc.readUInt32BE(at + 4);
    tags.set(icc.toString('latin1', at, at + 4), icc.subarray(start, start + icc.readUInt32BE(at + 8)));
  }
  return tags;
}

/** Of the longest form. */
const MAX_PARAMETERS = 7;
/** The forms of parametricCurveType (10.18) that describe sRGB: 3, and 4 with its offsets. */
const PARAMETRIC: Record<number, (x: number, p: number[]) => number> = {
  3: (x, [g = 1, a = 1, b = 0, c = 0, d = 0]) => (x >= d ? (a * x + b) ** g : c * x),
  4: (x, [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0]) => (x >= d ? (a * x + b) ** g + e : c * x + f),
};

function curveOf(tag: Buffer | undefined): ((x: number) => number) | null {
  if (!tag) return null;
  if (tag.toString('latin1', 0, 4) === 'para') {
    const form = PARAMETRIC[tag.readUInt16BE(8)];
    const count = Math.min(MAX_PARAMETERS, Math.floor((tag.length - 12) / 4));
    const values = Array.from({ length: count }, (_, i) => fixed(tag, 12 + i * 4));
    return form ? (x) => form(x, values) : null;
  }
  // curveType: a table of at least a few samples; 0 and 1 entries mean a plain gamma.
  const count = tag.readUInt32BE(8);
  if (count < 16) return null;
  return (x) => {
    const position = x * (count - 1);
    const low = Math.floor(position);
    const sample = (i: number) => tag.readUInt16BE(12 + 2 * Math.min(i, count - 1)) / 65535;
    return sample(low) + (sample(low + 1) - sample(low)) * (position - low);
  };
}
