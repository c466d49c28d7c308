// A failed file that somebody has mended, against the request it comes from: which failed images get which other URLs.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AppError, type CsvProblem } from '../errors.ts';
import type { Storage } from '../ports.ts';
import type { UrlCorrection } from '../records/corrections.ts';
import type { Records } from '../records/open-records.ts';
import type { ImageRecord } from '../records/results.ts';
import type { RequestRecord } from '../records/schema.ts';
import { fileKey } from '../request-files.ts';
import { isErrorHeader } from '../table/recognise/own-layout.ts';
import {
  type Assumed,
  createTableChecker,
  readRecords,
  type TableRecord,
  type TableRow,
  type TableShape,
} from '../table/table.ts';
import { decodeText } from '../table/text/encodings.ts';
import { unquoted } from '../table/text/scanned-record.ts';
import { rawCell } from './cells.ts';
import { createRowImages } from './row-images.ts';

interface MendedRow {
  line: number;
  /** By URL column. */
  urls: string[][];
}

/**
 * Reads a mended failed file of an ended request. Its rows may be fewer, and of any dialect; each is found among the rows
 * with failed images by all its cells but the URLs and the error, which must read as they did. In a cell the URLs that are
 * as they were stay with their images; the others are given, in their order, to the images that are left. Returns null
 * when the file is not a failed file of this request, or nothing in it has failed.
 * @throws AppError invalid_csv when it cannot be read; Error naming the line of a row that does not fit.
 */
export async function readMended(
  open: () => Readable,
  { request, storage, results }: { request: RequestRecord; storage: Storage; results: Records['results'] },
): Promise<UrlCorrection[] | null> {
  if (request.images_processed === request.images_total) return null;
  const read = async () => {
    const input = await storage.get(fileKey('input', request));
    if (!input) throw new Error(`the input file of ${request.id} is gone`);
    return readRecords(input, request.csv);
  };
  const top = await topOf(await read(), request.csv);
  const shape = await mendedShape(open, request, top);
  const rows = shape && (await mendedRows(readRecords(open(), shape), { shape, header: top.header }));
  return rows && (await correctionsOf(await read(), { request, results, rows }));
}

interface Top {
  /** What stands above the data in the failed file, which has no empty records: so many, and which of them is the header. */
  above: number;
  headerRow: number | null;
  /** The header's cells without that of the errors; null when there is none. */
  header: string | null;
}

async function topOf(pages: AsyncGenerator<TableRecord[]>, shape: TableShape): Promise<Top> {
  const top: Top = { above: -(Number(shape.bom) + Number(shape.sep_line)), headerRow: null, header: null };
  for await (const page of pages) {
    for (const record of page) {
      if (record.kind === 'data') return top;
      if (record.kind === 'blank') continue;
      top.above++;
      if (record.kind !== 'header') continue;
      top.headerRow = top.above;
      top.header = cellsOf(record, shape, wholeHeader(shape));
    }
  }
  return top;
}

/** The mended file has the columns of the request's; how it is written (by which program) is its own. */
async function mendedShape(
  open: () => Readable,
  { csv, options: { encoding } }: RequestRecord,
  { above, headerRow }: Top,
): Promise<TableShape | null> {
  const check = async (assumed: Assumed | null) => {
    const checker = createTableChecker({
      options: {
        profile: 'none',
        url_column: csv.columns.urls.map(({ index }) => `#${index + 1}`),
        header_row: headerRow ?? 0,
        rows: 'lenient',
        base_url: csv.base_url,
        encoding,
      },
      assumed,
    });
    for await (const chunk of open()) checker.push(chunk as Buffer);
    return checker.end();
  };
  const first = await check(null);
  const { shape, problems } = first.again ? await check(first.again) : first;
  if (!shape) return null;
  if (problems.length > 0) throw unreadable(problems);
  const error = csv.columns.error ?? csv.column_count;
  return {
    ...shape,
    header_row: headerRow,
    first_row: above + 1,
    column_count: error + 1,
    columns: { ...csv.columns, error },
    base_url: csv.base_url,
  };
}

function unreadable(errors: CsvProblem[]): AppError {
  return new AppError('invalid_csv', 'The mended file cannot be read.', { errors });
}

/** The rows by what they are found by; null when the header is another one. */
async function mendedRows(
  pages: AsyncGenerator<TableRecord[]>,
  { shape, header }: { shape: TableShape; header: string | null },
): Promise<Map<string, MendedRow[]> | null> {
  const rows = new Map<string, MendedRow[]>();
  for await (const page of pages) {
    for (const record of page) {
      if (record.kind === 'header') {
        const title = decodeText(unquoted(rawCell(record, shape.columns.error!)).value, shape.encoding);
        if (!isErrorHeader(title.trim())) return null;
        if (cellsOf(record, shape, wholeHeader(shape)) !== header) return null;
      }
      if (record.kind !== 'data') continue;
      const urls = shape.columns.urls.map((_, column) => urlsIn(record, column));
      const key = keyOf(record, shape);
      const same = rows.get(key);
      if (same) same.push({ line: record.line, urls });
      else rows.set(key, [{ line: record.line, urls }]);
    }
  }
  return rows;
}

async function correctionsOf(
  pages: AsyncGenerator<TableRecord[]>,
  {
    request,
    results,
    rows,
  }: { request: RequestRecord; results: Records['results']; rows: Map<string, MendedRow[]> },
): Promise<UrlCorrection[]> {
  const imagesOf = createRowImages(request, results);
  const corrections: UrlCorrection[] = [];
  const taken = new Map<string, number>();
  let missing: number | null = null;
  for await (const page of pages) {
    for (const record of page) {
      const images = await imagesOf(record);
      if (record.kind !== 'data' || images.every(({ status }) => status === 'processed')) continue;
      const key = keyOf(record, request.csv);
      const same = rows.get(key);
      if (!same) continue;
      const nth = taken.get(key) ?? 0;
      taken.set(key, nth + 1);
      const mended = same[nth];
      // Of rows that read the same the first is the first, as long as none of them is missing.
      missing ??= mended ? null : same[0]!.line;
      if (!mended) continue;
      for (const correction of correctionsIn(record, images, mended)) corrections.push(correction);
    }
  }
  for (const [key, same] of rows) {
    const more = same[taken.get(key) ?? 0];
    if (more)
      throw new Error(
        `line ${more.line}: this row is none of those that failed; only the URLs may be mended, every other cell stays as it was`,
      );
  }
  if (missing !== null)
    throw new Error(
      `line ${missing}: more rows that read like this one have failed; put the missing ones back`,
    );
  return corrections;
}

function correctionsIn(record: TableRow, images: ImageRecord[], { line, urls }: MendedRow): UrlCorrection[] {
  const columns = record.cells.flatMap((cell) => cell.urls.map(() => cell.column));
  return urls.flatMap((mended, column) => {
    const lacking = images.filter(({ status }, at) => status !== 'processed' && columns[at] === column);
    if (mended.length > lacking.length)
      throw new Error(
        `line ${line}: there are ${mended.length} URLs where ${lacking.length} had failed; one failed URL may become one other`,
      );
    const others = mended.filter((url) => {
      const at = lacking.findIndex(({ input_url }) => input_url === url);
      if (at >= 0) lacking.splice(at, 1);
      return at < 0;
    });
    return others.map((input_url, n) => ({ seq: lacking[n]!.seq, input_url }));
  });
}

const urlsIn = ({ cells }: TableRow, column: number): string[] =>
  cells.filter((cell) => cell.column === column).flatMap(({ urls }) => urls.map(({ url }) => url));

/** By which columns a row is found: what may have been mended is not among them. */
function keyOf(record: TableRow, shape: TableShape): string {
  const urls = shape.columns.urls.map(({ index }) => index);
  const others = wholeHeader(shape).filter((index) => !urls.includes(index));
  return createHash('sha256')
    .update(cellsOf(record, shape, others))
    .digest('base64');
}

/** All columns but that of the errors. */
function wholeHeader({ column_count, columns }: TableShape): number[] {
  return Array.from({ length: column_count }, (_, index) => index).filter((index) => index !== columns.error);
}

/** Cells as they read, as one text: a program that saves the file again may quote them otherwise. */
function cellsOf(record: TableRecord, { encoding }: TableShape, indexes: readonly number[]): string {
  return JSON.stringify(
    indexes.map((index) =>
      decodeText(unquoted(rawCell(record, index)).value, encoding).replaceAll('\r\n', '\n'),
    ),
  );
}
