// What a caller may ask for with an upload: the same names in the form, the query and on the command line.
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { FORMATS, formatNamed, formatNames, listFormats } from '../formats.ts';
import type { RequestOptions } from '../ports.ts';
import { NO_OPTIONS, type TableOptions } from '../table/table-options.ts';
import { ENCODING_NAMES, encodingOf } from '../table/text/encodings.ts';
import { checkKeyTemplate, DEFAULT_KEY_TEMPLATE } from '../util/key-template.ts';
import { nearest } from '../util/nearest.ts';

/** For a format: none in particular. */
const SAME = 'same';
const otherNames = Object.values(FORMATS).flatMap((words) => words.otherNames ?? []);
const LARGEST_SIDE = 16_383;
const MOST_VALUES = 200;

const flag = z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off', ''] });
/** Forms send empty fields: they mean "not given". */
const given = <T extends z.ZodType<unknown, string>>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());
/** A field that may come more than once. */
const givenOften = <T extends z.ZodType<unknown, string>>(type: T) =>
  z.preprocess((value) => {
    const values = [value].flat().filter((one) => one !== '' && one !== undefined);
    return values.length === 0 ? undefined : values;
  }, z.array(type).max(MOST_VALUES).optional());
const side = z.coerce.number<string>().int().min(1).max(LARGEST_SIDE);
const keyTemplate = z.string().superRefine((template, context) => {
  try {
    checkKeyTemplate(template);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
  }
});
const column = z.string().trim().min(1).max(200);
const encoding = z.string().transform((label, context) => {
  const known = encodingOf(label);
  if (known) return known;
  context.issues.push({
    code: 'custom',
    message: `must be one of ${ENCODING_NAMES.join(', ')}`,
    input: label,
  });
  return z.NEVER;
});

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
  profile: given(z.string().trim().max(60)).describe(
    'Layout of the file: `auto` (default) finds it out, `none` goes by the content alone, an id names one.',
  ),
  url_column: givenOften(column).describe(
    'Column with image URLs, where they are not found by themselves: its header’s text, a /pattern/, or #3 for the third. May be given more than once.',
  ),
  name_column: given(column).describe('Column with the product name, likewise.'),
  header_row: given(z.coerce.number<string>().int().min(0).max(10_000)).describe(
    'Row that names the columns, as a spreadsheet numbers it, where it is not found by itself; 0 when none does.',
  ),
  rows: given(z.enum(['strict', 'lenient'])).describe(
    'Rows without a picture or a name: `strict` refuses the file (default with `Input Image Urls`), `lenient` passes them through (default elsewhere).',
  ),
  base_url: given(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })).describe(
    'What stands in front of relative paths of images.',
  ),
  encoding: given(encoding).describe(
    `Encoding of the file, where it is not found by itself: ${ENCODING_NAMES.join(', ')}.`,
  ),
  write_to: given(z.enum(['in_place', 'profile'])).describe(
    'New URLs in the file to import: in the place of the old ones (`in_place`, default), or in the column that the layout’s importer reads (`profile`).',
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
    ...tableOptions(fields),
  };
}

/** Those of an upload's options that say how its file is read. */
export function tableOptions(fields: Pick<UploadFields, keyof TableOptions>): TableOptions {
  const said = Object.entries(fields).filter(([name, value]) => name in NO_OPTIONS && value !== undefined);
  return { ...NO_OPTIONS, ...Object.fromEntries(said) };
}

/** The fields that the names of an upload have not: each with the name that was probably meant, or null. */
export function unknownFields(names: Iterable<string>): { name: string; meant: string | null }[] {
  const known = Object.keys(uploadFields.shape);
  return [...names]
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, meant: nearest(name, known) }));
}
