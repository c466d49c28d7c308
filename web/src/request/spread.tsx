// How the savings of single images are distributed: one column for each tenth, and one for those delivered as they came.
import { count } from '../format.ts';

interface Props {
  tenths: number[];
  unchanged: number;
}

const WIDTH = 660;
const HEIGHT = 200;
const FLOOR = 160;
const CEILING = 24;
const SLOT = WIDTH / 11;

export function Spread({ tenths, unchanged }: Props) {
  const columns = [
    { label: 'as is', about: 'delivered as they came', images: unchanged },
    ...tenths.map((images, index) => ({
      label: `${index * 10}–${index * 10 + 10}`,
      about: `${index * 10} to ${index * 10 + 10} percent lighter`,
      images,
    })),
  ];
  const most = Math.max(1, ...columns.map(({ images }) => images));
  return (
    <>
      <svg class="spread" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <line x1="0" x2={WIDTH} y1={FLOOR + 0.5} y2={FLOOR + 0.5} />
        {columns.map(({ label, images }, index) => {
          const height = images === 0 ? 0 : Math.max(2, (images / most) * (FLOOR - CEILING));
          const middle = (index + 0.5) * SLOT;
          return (
            <g key={label} class={index === 0 ? 'unchanged' : ''}>
              <rect x={index * SLOT + 5} y={FLOOR - height} width={SLOT - 10} height={height} rx="3" />
              {images > 0 && (
                <text class="value" x={middle} y={FLOOR - height - 7}>
                  {count(images)}
                </text>
              )}
              <text x={middle} y={FLOOR + 20}>
                {label}
              </text>
            </g>
          );
        })}
        <text x={WIDTH / 2 + SLOT / 2} y={HEIGHT - 3}>
          percent lighter
        </text>
      </svg>
      <div class="sr-only">
        <table>
          <caption>Images by how much lighter they became</caption>
          <tbody>
            {columns.map(({ label, about, images }) => (
              <tr key={label}>
                <th scope="row">{about}</th>
                <td>{count(images)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
