// The kinds of values that settings have: from text, with a problem in words.
import { z } from 'zod';
import { messageOf } from './errors.ts';

/** A whole number. */
export const count = (min: number) => z.coerce.number<string>().int().min(min);

/** A syntax of its own: what `parse` throws becomes the problem's text. */
export const parsedBy = <T>(parse: (text: string) => T) =>
  z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.issues.push({ code: 'custom', message: messageOf(error), input: text });
      return z.NEVER;
    }
  });
/** Sizes, with or without a unit. */
export const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?\s*([kmg]i?b?|b)?$/i, 'must be a number of bytes, or such as 20MB')
  .transform((text) => {
    const unit = text
      .replace(/[\d.\s]/g, '')
      .toLowerCase()
      .charAt(0);
    const factor = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit] ?? 1;
    return Math.round(Number.parseFloat(text) * factor);
  });
