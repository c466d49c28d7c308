// What a caller may ask for with an upload: the same names in the form, the query and on the command line.
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { FORMATS, formatNamed, formatNames, listFormats } from '../formats.ts';
import type { RequestOptions } from '../ports.ts';
import { checkKeyTemplate, DEFAULT_KEY_TEMPLATE } from '../util/key-template.ts';

/** For a format: none in particular. */
const SAME = 'same';
const otherNames = Object.values(FORMATS).flatMap((words) => words.otherNames ?? []);
const LARGEST_SIDE = 16_383;

const flag = z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off', ''] });
/** Forms send empty fields: they mean "not given". */
const given = <T extends z.ZodType<unknown, string>>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());
const side = z.coerce.number<string>().int().min(1).max(LARGEST_SIDE);
const keyTemplate = z.string().superRefine((template, context) => {
  try {
    checkKeyTemplate(template);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
  }
});
const column = z.string().trim().min(1).max(200);

/** Every field arrives as text. */
export const uploadFields = z.object({
  quality: given(z.string().regex(/^([1-9]\d?|100)%?$/, 'must be 1 to 100, or such as 50%')).describe(
    'Encoder quality, 1-100 (default 50); with % that share of the source’s own quality.',
  ),
  format: given(z.enum([...formatNames(), ...otherNames, SAME])).describe(
    `Format to deliver: ${listFormats((format) => format)}; \`${SAME}\` (default) keeps the format of the source.`,
  ),
  max_width: given(side).describe('Pixels; larger pictures are scaled down to fit.'),
  max_height: given(side).describe('Pixels; larger pictures are scaled down to fit.'),
  metadata: given(z.enum(['copyright', 'none'])).describe(
    '`copyright` (default) keeps copyright, IPTC and the AI label; `none` drops these too. GPS is always dropped.',
  ),
  keep_originals: given(flag).describe('Store what was downloaded beside the result.'),
  key_template: given(keyTemplate).describe(
    `Names of the results (default ${DEFAULT_KEY_TEMPLATE}); also {seq} and {product}. The extension is added.`,
  ),
  url_column: given(column).describe(
    'Name of the column with the image URLs, when it is none of the known names.',
  ),
  name_column: given(column).describe(
    'Name of the column with the product name, when it is none of the known names.',
  ),
  webhook_url: given(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })).describe(
    'Called when the request has ended.',
  ),
});

export type { RequestOptions };
export type UploadFields = z.output<typeof uploadFields>;

/** Fills in the defaults. */
export function toRequestOptions(fields: UploadFields): RequestOptions {
  return {
    quality: fields.quality ?? '50',
    format: formatNamed(fields.format ?? SAME) ?? null,
    max_width: fields.max_width ?? null,
    max_height: fields.max_height ?? null,
    metadata: fields.metadata ?? 'copyright',
    keep_originals: fields.keep_originals ?? false,
    key_template: fields.key_template ?? DEFAULT_KEY_TEMPLATE,
    url_column: fields.url_column ?? null,
    name_column: fields.name_column ?? null,
  };
}
