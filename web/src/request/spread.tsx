// How the savings of single images are distributed: one column for each tenth, and one for those delivered as they came.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count } from '../format.ts';

interface Props {
  tenths: number[];
  unchanged: number;
}

const HEIGHT = 200;
const FLOOR = 156;
const CEILING = 24;
const COLUMNS = 11;

export function Spread({ tenths, unchanged }: Props) {
  const plot = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(600);
  useLayoutEffect(() => {
    const element = plot.current!;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);

  const columns = [
    { about: 'delivered as they came', images: unchanged },
    ...tenths.map((images, index) => ({
      about: `${index * 10} to ${index * 10 + 10} percent lighter`,
      images,
    })),
  ];
  const most = Math.max(1, ...columns.map(({ images }) => images));
  // Half a column stands between what stayed as it was and the scale, whose last mark needs room on its right.
  const slot = width / (COLUMNS + 1);
  const xOf = (index: number) => (index === 0 ? 0 : (index + 0.5) * slot);
  return (
    <>
      <svg ref={plot} class="spread" viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
        <line x1="0" x2={width} y1={FLOOR + 0.5} y2={FLOOR + 0.5} />
        {columns.map(({ about, images }, index) => {
          const height = images === 0 ? 0 : Math.max(2, (images / most) * (FLOOR - CEILING));
          return (
            <g key={about} class={index === 0 ? 'unchanged' : ''}>
              <rect x={xOf(index) + 2} y={FLOOR - height} width={slot - 4} height={height} rx="3" />
              {images > 0 && (
                <text class="value" x={xOf(index) + slot / 2} y={FLOOR - height - 7}>
                  {count(images)}
                </text>
              )}
            </g>
          );
        })}
        <text x={slot / 2} y={FLOOR + 19}>
          as is
        </text>
        {[0, 20, 40, 60, 80, 100].map((tick) => (
          <text key={tick} x={xOf(1) + (tick / 10) * slot} y={FLOOR + 19}>
            {tick}
          </text>
        ))}
        <text x={xOf(1) + 5 * slot} y={HEIGHT - 4}>
          percent lighter
        </text>
      </svg>
      <div class="sr-only">
        <table>
          <caption>Images by how much lighter they became</caption>
          <tbody>
            {columns.map(({ about, images }) => (
              <tr key={about}>
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
