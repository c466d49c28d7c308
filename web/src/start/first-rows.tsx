// The first rows of the file as they were understood, under the names of its own columns.
import type { Validation } from '../api/types.ts';
import { count } from '../format.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';

/** Enough to see that the columns are the right ones. */
const SHOWN = 3;

export function FirstRows({ found }: { found: Validation }) {
  const { columns, products } = found;
  const preview = found.preview.slice(0, SHOWN);
  if (columns === null || preview.length === 0) return null;
  return (
    <ScrollBox class="example" label="The first rows of the file">
      <table>
        <caption class="sr-only">
          The first {preview.length} of {count(products)} rows
        </caption>
        <thead>
          <tr>
            <th scope="col">Row</th>
            <th scope="col">
              {columns.name} <small>name</small>
            </th>
            <th scope="col">
              {columns.url} <small>image links</small>
            </th>
            <th scope="col" class="added">
              Output Image Urls <small>added</small>
            </th>
          </tr>
        </thead>
        <tbody>
          {preview.map(({ row, name, urls }) => (
            <tr key={row}>
              <td class="number">{row}</td>
              <td class="cut">{name}</td>
              <td class="cut">
                {urls.length > 1 && <b>{urls.length} × </b>}
                {urls[0]}
              </td>
              <td class="added">{urls.length === 1 ? '1 link' : `${urls.length} links`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
