// What is known of an image and what became of it, every column once.
//
// A new column is an entry here and a migration that adds it to the table `images` (records/migrations/). From these on it
// is recorded, read, shown by the API and written into report.csv. A column of the outcome is one more property that
// image/process-image.ts must fill. What reads report.csv by the place of a column goes on: a new one goes to its end.
// `npx vitest run test/flow/requests.test.ts -u` makes the types of the page and of the client anew.
import { z } from 'zod';
import type { ImageFormat } from './formats.ts';

export type ImageEncoder = 'jpeg-transcoder' | 'sharp';

interface ResultColumn {
  /**
   * Whose it is. The image's and its product's are there from the start; the outcome's are what its process reports of an
   * image that it made; the course is how the attempts went. A copy shares the last two with what it is a copy of.
   */
  from: 'image' | 'product' | 'outcome' | 'course';
  /** Its name in the database, if that is another. */
  column?: string;
  sql: 'text' | 'integer' | 'bigint';
  /** As it is reported and shown. A boolean is 0 or 1 in the database. */
  value: z.ZodType;
  /** Whether it may be null even so. The outcome's are, until there is one. */
  mayLack?: true;
  /** For the API's description. */
  about?: string;
  /** For the key of an object: the name under which its address is shown instead. */
  shownAs?: `${string}_url`;
  /** Whether report.csv has it: `here`, in the order of this table; `behind` those; or at the `end`, as a new one. */
  report?: 'here' | 'behind' | 'end';
  /** Whether a preview has it. */
  preview?: true;
}

const whole = z.number().int();
const text = z.string();
/** Text to the API, which may get words that its callers do not know yet. */
const word = <Word extends string>() => text as z.ZodType as z.ZodType<Word>;

export const imageStatusSchema = z.enum(['pending', 'processed', 'failed', 'cancelled']);

const COLUMNS = {
  seq: { from: 'image', sql: 'integer', value: whole, about: '1-based, in the order of the file' },
  row: { from: 'image', sql: 'integer', value: whole, about: 'Data row, 1-based', report: 'here' },
  position: {
    from: 'image',
    sql: 'integer',
    value: whole,
    about: 'Position of the URL in its row, over all columns with URLs, 1-based',
    report: 'here',
  },
  product_name: { from: 'product', column: 'name', sql: 'text', value: text },
  input_url: { from: 'image', sql: 'text', value: text, report: 'here' },
  /** Where the result stands in storage. */
  output_key: { from: 'outcome', sql: 'text', value: text, shownAs: 'output_url', report: 'here' },
  original_key: {
    from: 'outcome',
    sql: 'text',
    value: text,
    mayLack: true,
    about: 'With keep_originals',
    shownAs: 'original_url',
    report: 'behind',
  },
  status: { from: 'course', sql: 'text', value: imageStatusSchema, report: 'here' },
  error_code: { from: 'course', sql: 'text', value: text, mayLack: true, report: 'here' },
  error_message: { from: 'course', sql: 'text', value: text, mayLack: true, report: 'here' },
  http_status: { from: 'course', sql: 'integer', value: whole, mayLack: true, report: 'here' },
  bytes_in: { from: 'outcome', sql: 'bigint', value: whole, report: 'here', preview: true },
  bytes_out: { from: 'outcome', sql: 'bigint', value: whole, report: 'here', preview: true },
  /** Pixels of the delivered picture. */
  width: { from: 'outcome', sql: 'integer', value: whole, report: 'here', preview: true },
  height: { from: 'outcome', sql: 'integer', value: whole, report: 'here', preview: true },
  format: { from: 'outcome', sql: 'text', value: word<ImageFormat>(), report: 'here', preview: true },
  /** The quality the encoder was given; null when the original was delivered or the encoder has none. */
  quality: {
    from: 'outcome',
    sql: 'integer',
    value: whole,
    mayLack: true,
    report: 'here',
    preview: true,
  },
  /** The result was not smaller, so the picture as it came is delivered. */
  kept_original: { from: 'outcome', sql: 'integer', value: z.boolean(), report: 'here', preview: true },
  encoder: {
    from: 'outcome',
    sql: 'text',
    value: word<ImageEncoder>(),
    mayLack: true,
    about: 'What made the file; null when the original is delivered',
    report: 'here',
  },
  /** The source's own quality as its tables tell it, on libjpeg's scale; null where a format does not tell. */
  source_quality: {
    from: 'outcome',
    sql: 'integer',
    value: whole,
    mayLack: true,
    about: 'Of a JPEG, estimated from its tables',
    report: 'here',
    preview: true,
  },
  attempts: { from: 'course', sql: 'integer', value: whole, report: 'here' },
  /** Hex SHA-256 of the delivered bytes. */
  sha256: { from: 'outcome', sql: 'text', value: text, report: 'here' },
} as const satisfies Record<string, ResultColumn>;

type Table = typeof COLUMNS;
export type ColumnName = keyof Table;
/** The columns that are from one of these. */
export type ColumnFrom<From extends ResultColumn['from']> = {
  [Name in ColumnName]: Table[Name]['from'] extends From ? Name : never;
}[ColumnName];

/** The columns of report.csv. */
export type ReportedName = {
  [Name in ColumnName]: Table[Name] extends { report: string } ? Name : never;
}[ColumnName];

type Value<Name extends ColumnName> = z.output<Table[Name]['value']>;
type Stored<Name extends ColumnName> = Value<Name> extends boolean ? 0 | 1 : Value<Name>;
/** null when a made image may be without it. */
type Lack<Name extends ColumnName> = Table[Name] extends { mayLack: true } ? null : never;
/** null also when an image that is not made is. */
type Lacking<Name extends ColumnName> = Name extends ColumnFrom<'outcome'> ? null : Lack<Name>;

/** What an image process reports of an image that it made. */
export type Reported = { [Name in ColumnFrom<'outcome'>]: Value<Name> | Lack<Name> };

/** The columns that results are written to. */
export type WrittenColumns = { [Name in ColumnFrom<'outcome' | 'course'>]: Stored<Name> | null };

/** All of them as they are read. */
export type ReadColumns = { [Name in ColumnName]: Stored<Name> | Lacking<Name> };

export type ShownName<Name extends ColumnName> = Table[Name] extends { shownAs: infer Shown extends string }
  ? Shown
  : Name;

/** As people are shown them: keys as addresses, flags as yes or no. */
export type ShownColumns<Name extends ColumnName = ColumnName> = {
  [Column in Name as ShownName<Column>]: Value<Column> | Lacking<Column>;
};

/** In the order in which the API shows them. */
export const RESULT_COLUMNS: Readonly<Record<ColumnName, ResultColumn>> = COLUMNS;

export const columnEntries = () => Object.entries(RESULT_COLUMNS) as [ColumnName, ResultColumn][];

/** The schema of a column; of an image that may not be made, or that is. */
export function columnSchema({ from, value, mayLack }: ResultColumn, made = false): z.ZodType {
  return mayLack || (from === 'outcome' && !made) ? value.nullable() : value;
}

export function shownColumns(image: ReadColumns, urlOf: (key: string) => string): ShownColumns {
  const shown: Record<string, unknown> = {};
  for (const [name, { value, shownAs }] of columnEntries()) {
    const stored = image[name];
    if (stored === null) shown[shownAs ?? name] = null;
    else if (shownAs) shown[shownAs] = urlOf(String(stored));
    else shown[name] = value instanceof z.ZodBoolean ? stored === 1 : stored;
  }
  return shown as ShownColumns;
}
