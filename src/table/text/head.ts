// The first records of a file under one assumed way to separate and quote its cells.
import type { Head, HeadRow } from '../recognise/types.ts';
import { decodeText, type TextEncoding } from './encodings.ts';
import { type Quoting, RecordScanner } from './scan.ts';
import type { ScannedRecord } from './scanned-record.ts';

/** Records that are looked at to find out what is what. */
const MOST_ROWS = 500;
/** As many as Excel has. */
export const MAX_COLUMNS = 16_384;
/** Characters of a cell that are looked at: enough for a list of URLs. */
const SEEN_OF_A_CELL = 2_000;

export interface TextHead extends Head {
  /** Physical line of each of the rows. */
  lines: readonly number[];
  /** Whether a quote stands where none may. */
  brokenQuotes: boolean;
}

export interface HeadOptions {
  delimiter: string;
  quoting: Quoting;
  encoding: TextEncoding;
  /** Whether the text is the whole file; otherwise its last record may be cut and is not looked at. */
  complete: boolean;
}

/** Reads the head of a file, lossless text behind the BOM and the `sep=` line. */
export function readHead(text: string, { delimiter, quoting, encoding, complete }: HeadOptions): TextHead {
  const scanner = new RecordScanner({ delimiter, quoting, maxCell: text.length });
  const rows: HeadRow[] = [];
  const lines: number[] = [];
  let record = 0;
  let brokenQuotes = false;
  const take = (scanned: ScannedRecord) => {
    record++;
    brokenQuotes ||= scanned.problem !== null;
    if (rows.length === MOST_ROWS || scanned.blank) return;
    rows.push({ record, cells: headCells(scanned, encoding) });
    lines.push(scanned.line);
  };
  scanner.push(text, take);
  if (complete) scanner.end(take);
  return { rows, lines, brokenQuotes, complete: complete && record <= MOST_ROWS };
}

/** The record's cells as they read, cut to what is looked at. */
export function headCells(scanned: ScannedRecord, encoding: TextEncoding): string[] {
  return scanned.ends.slice(0, MAX_COLUMNS).map((_, index) => {
    const cell = scanned.cell(index);
    if (cell.length <= SEEN_OF_A_CELL) return decodeText(cell, encoding).trim();
    // A character that the cut halves would make the cell look as if it were in another encoding.
    return decodeText(cell.slice(0, SEEN_OF_A_CELL).replace(/[\x80-\xff]{1,3}$/, ''), encoding).trim();
  });
}
