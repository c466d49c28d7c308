// The first rows of the file under the names of its own columns, those that are used marked.
import { useEffect, useRef } from 'preact/hooks';
import type { Validation } from '../api/types.ts';
import { count } from '../format.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { columnName } from './recognised.ts';

/** Enough to see that the columns are the right ones. */
const SHOWN = 3;

export function FirstRows({ found }: { found: Validation }) {
  const { columns, products } = found;
  const table = useRef<HTMLTableElement>(null);
  const first = columns?.urls[0] ?? 1;
  useEffect(() => {
    // An export may have a hundred columns before its pictures.
    const head = table.current?.querySelector<HTMLElement>('.marked');
    if (head && table.current) table.current.parentElement!.scrollLeft = head.offsetLeft - head.offsetWidth;
  }, [first]);
  const preview = found.preview.slice(0, SHOWN);
  if (columns === null || preview.length === 0) return null;
  const [name] = columns.names;
  const shown = preview[0]!.cells.map((_, index) => index + 1);
  const roleOf = (column: number) =>
    columns.urls.includes(column) ? 'images' : column === name ? 'name' : '';
  return (
    <ScrollBox class="example" label="The first rows of the file">
      <table ref={table}>
        <caption class="sr-only">
          {preview.length} of {count(products)} rows with images
        </caption>
        <thead>
          <tr>
            <th scope="col">Row</th>
            {shown.map((column) => (
              <th key={column} scope="col" class={roleOf(column) === 'images' ? 'marked' : 'cut'}>
                {columnName(found, column)}
                {roleOf(column) && <small class="role"> {roleOf(column)}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.map(({ row, spreadsheet_row, cells }) => (
            <tr key={row}>
              <td class="number">{count(spreadsheet_row)}</td>
              {shown.map((column) =>
                column === name && cells[column - 1] ? (
                  <th key={column} scope="row" class="cut">
                    {cells[column - 1]}
                  </th>
                ) : (
                  <td key={column} class={roleOf(column) === 'images' ? 'cut marked' : 'cut'}>
                    {cells[column - 1]}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
