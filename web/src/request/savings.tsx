// Where bytes were saved: how the images spread, by host and by format.
import { getStatistics } from '../api/client.ts';
import type { RequestState, Statistics } from '../api/types.ts';
import { bytes, change, count, formatName } from '../format.ts';
import { Bar } from '../parts/bar.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { Spread } from './spread.tsx';

const HOSTS_SHOWN = 8;

export function Savings({ request }: { request: RequestState }) {
  const { request_id: id, completed_at } = request;
  const { value, error } = useLoaded(() => getStatistics(id), `${id} ${completed_at}`);
  return (
    <section class="panel savings" aria-labelledby="savings-title">
      <h2 id="savings-title">Where it was saved</h2>
      <ErrorNote error={error} />
      <div class="plots">
        <figure>
          <figcaption>How much lighter the images became</figcaption>
          {value ? <Spread tenths={value.tenths} unchanged={value.unchanged} /> : <div class="spread" />}
        </figure>
        <div class="shares-pair">
          <Shares title="By host" rows={hostRows(value)} />
          <Shares title="By format" rows={formatRows(value)} />
        </div>
      </div>
    </section>
  );
}

interface Row {
  name: string;
  images: number;
  failed: number;
  bytes_in: number;
  bytes_out: number;
}

function hostRows(value: Statistics | null): Row[] {
  const hosts = (value?.hosts ?? []).map(({ host, ...row }) => ({ name: host || '(no host)', ...row }));
  const rest = hosts.slice(HOSTS_SHOWN);
  if (rest.length < 2) return hosts;
  const sum = (field: 'images' | 'failed' | 'bytes_in' | 'bytes_out') =>
    rest.reduce((total, row) => total + row[field], 0);
  return [
    ...hosts.slice(0, HOSTS_SHOWN),
    {
      name: `${count(rest.length)} others`,
      images: sum('images'),
      failed: sum('failed'),
      bytes_in: sum('bytes_in'),
      bytes_out: sum('bytes_out'),
    },
  ];
}

function formatRows(value: Statistics | null): Row[] {
  return (value?.formats ?? []).map(({ format, ...row }) => ({ name: formatName(format), ...row }));
}

/** For each row its bytes before, and how much of them is left, on one scale for the whole table. */
function Shares({ title, rows }: { title: string; rows: Row[] }) {
  const most = Math.max(1, ...rows.map(({ bytes_in }) => bytes_in));
  return (
    <table class="shares">
      <caption>{title}: before, after, and what was saved</caption>
      <colgroup>
        <col class="of-name" />
        <col />
        <col class="of-change" />
      </colgroup>
      <tbody>
        {rows.map(({ name, images, failed, bytes_in, bytes_out }) => (
          <tr key={name}>
            <th scope="row">
              <span class="share-name">{name}</span>
              <small>
                {count(images)} {images === 1 ? 'image' : 'images'}
                {failed > 0 && <span class="bad">, {count(failed)} failed</span>}
              </small>
            </th>
            <td class="share-bars">
              <Bar kind="before" share={bytes_in / most} />
              <Bar kind="after" share={bytes_out / most} />
              <span class="sr-only">
                {bytes(bytes_in)}, then {bytes(bytes_out)}
              </span>
            </td>
            <td class="number">{bytes_in > 0 ? change(bytes_in, bytes_out) : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
