// The file to import again: the input, byte for byte, with each new URL in the place of the old one. A failed image keeps
// its old URL.
import { writtenUrl } from '../table/cells/read-url-cell.ts';
import {
  encodeText,
  type RowCell,
  type TableRecord,
  type TableRow,
  type TableShape,
  toBytes,
} from '../table/table.ts';
import { decodeText, losslessPlaces } from '../table/text/encodings.ts';
import { unquoted } from '../table/text/scanned-record.ts';
import { cellStart, type Places, quoteCell, rawCell, withCells } from './cells.ts';

/** One record of the file to import, in the input's encoding. */
export function importRecord(shape: TableShape, record: TableRecord, places: Places): Buffer {
  const { raw } = record;
  if (record.kind !== 'data' || places.every((url) => url === null)) return toBytes(raw, shape.encoding);
  return toBytes(importedRow(shape, record, places), shape.encoding);
}

function importedRow(shape: TableShape, record: TableRow, places: Places): string {
  const cells = new Map<number, string>();
  let from = 0;
  for (const cell of record.cells) {
    const outputs = places.slice(from, from + cell.urls.length);
    from += cell.urls.length;
    const { index, writeTo } = shape.columns.urls[cell.column]!;
    if (outputs.every((url) => url === null)) continue;
    if (writeTo !== null) cells.set(writeTo, listed(shape, cell, outputs));
    else if (cell.joined > 0) return withSpilled(shape, record, cell, outputs);
    else cells.set(index, replaced(rawCell(record, index), cell, outputs, shape));
  }
  return withCells(record, shape, cells);
}

/** The cell as it stands in the file with the new URLs in it; everything else in it, quotes too, stays. */
function replaced(
  raw: string,
  cell: RowCell,
  outputs: Places,
  { encoding }: Pick<TableShape, 'encoding'>,
): string {
  const { value, from, quoted } = unquoted(raw);
  const place = losslessPlaces(value, decodeText(value, encoding), encoding);
  // A quote in a quoted cell is written twice, so what stands behind it moves.
  const doubled = quoted && value.includes('"') ? doubledBefore(value) : () => 0;
  let text = '';
  let done = 0;
  for (const [n, found] of cell.urls.entries()) {
    const output = outputs[n];
    if (output === null || output === undefined) continue;
    const [start, end] = [place(found.start), place(found.end)];
    text += raw.slice(done, from + start + doubled(start)) + writtenUrl(output, found);
    done = from + end + doubled(end);
  }
  return text + raw.slice(done);
}

/** How many quotes stand before a place of the text; asked for places in their order. */
function doubledBefore(value: string): (place: number) => number {
  let at = 0;
  let count = 0;
  return (place) => {
    for (; at < place; at++) if (value.charCodeAt(at) === 34) count++;
    return count;
  };
}

/** The cell's list with what is new, as text of a cell of its own. */
function listed(shape: TableShape, cell: RowCell, outputs: Places): string {
  const urls = cell.urls.map(({ start, end }, n) => outputs[n] ?? cell.text.slice(start, end));
  return quoteCell(encodeText(urls.join(cell.separator), shape.encoding), shape);
}

/** A row whose unquoted list spilled over the header: the list gets the quotes that it should have had. */
function withSpilled(shape: TableShape, record: TableRow, cell: RowCell, outputs: Places): string {
  const { index } = shape.columns.urls[cell.column]!;
  const last = record.ends.at(-1)!;
  return (
    record.raw.slice(0, cellStart(record, index)) + listed(shape, cell, outputs) + record.raw.slice(last)
  );
}
