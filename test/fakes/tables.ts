// Tables for the recogniser, written as text.
import { expect } from 'vitest';
import { recognise } from '../../src/table/recognise/recognise.ts';
import type { Recognised, Wanted } from '../../src/table/recognise/types.ts';

const AUTO: Wanted = { profile: 'auto', urlColumns: [], nameColumn: null, headerRow: null, baseUrl: null };

/** One line a record; empty lines are no records but count as rows. No quotes here. */
export function recogniseText(
  text: string,
  wanted: Partial<Wanted> = {},
  delimiter = ';',
  complete = true,
): Recognised {
  const rows = text
    .split('\n')
    .map((line, index) => ({ record: index + 1, cells: line.split(delimiter) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  return recognise({ rows, complete }, { ...AUTO, ...wanted });
}

/** What was found, as its tests name it. */
export function profiledText(text: string, wanted: Partial<Wanted> = {}, delimiter = ';') {
  const { layout, problems, warnings } = recogniseText(text, wanted, delimiter);
  return {
    profile: layout?.profile,
    rows: layout && [layout.headerRow, layout.firstRow],
    urls: layout?.urls.map(({ index, writeTo }) => (writeTo === null ? index : [index, writeTo])),
    names: layout?.names,
    problems: problems.map(({ code }) => code),
    warnings: warnings.map(({ code }) => code),
  };
}

/** Header row, first data row, columns of pictures, columns of names; without a problem. */
export function layoutOf(text: string, wanted: Partial<Wanted> = {}) {
  const { layout, problems } = recogniseText(text, wanted);
  expect(problems).toEqual([]);
  return [layout!.headerRow, layout!.firstRow, layout!.urls.map(({ index }) => index), layout!.names];
}

/** Codes and messages of a table that is refused. */
export function refusalOf(text: string, wanted: Partial<Wanted> = {}) {
  const { layout, problems } = recogniseText(text, wanted);
  expect(layout).toBeNull();
  return problems.map(({ code, message }) => [code, message]);
}
