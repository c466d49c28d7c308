// The quality option: "50" is a number on the encoder's own scale, "50%" a share of what the source was made with.

export interface Quality {
  /** 1-100. */
  value: number;
  relative: boolean;
}

/**
 * @throws RangeError when the text is neither: options are checked where they enter, so this is a programmer's fault.
 */
export function parseQuality(text: string): Quality {
  const [, digits, percent] = /^(\d{1,3})(%?)$/.exec(text) ?? [];
  const value = Number(digits);
  if (!(value >= 1 && value <= 100)) throw new RangeError(`quality must be 1-100 or 1%-100%, not ${text}`);
  return { value, relative: percent === '%' };
}

/** The number for the encoder, 1-100. */
export function encoderQuality({ value, relative }: Quality, sourceQuality: number): number {
  return relative ? Math.max(1, Math.round((sourceQuality * value) / 100)) : value;
}
