// A list of any length of which only what is in sight is in the document. Scrolls in a box of its own.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Props {
  label: string;
  count: number;
  /** Pixels; a row is filled with as many columns of at least this width as fit. None: one column. */
  minColumn?: number;
  /** Pixels of a row, the gap below it included, for a column of this width. */
  rowHeight: (columnWidth: number) => number;
  class?: string;
  onLook: (from: number, to: number) => void;
  children: (index: number) => ComponentChildren;
}

/** Browsers draw nothing beyond some 17 million pixels; a longer list scrolls faster than the finger. */
const TALLEST = 8_000_000;
const OVERSCAN_ROWS = 3;
const GAP = 16;

export function VirtualList({
  label,
  count,
  minColumn,
  rowHeight,
  class: name = '',
  onLook,
  children,
}: Props) {
  const box = useRef<HTMLElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  const columns =
    minColumn === undefined ? 1 : Math.max(1, Math.floor((size.width + GAP) / (minColumn + GAP)));
  const width = Math.max(0, (size.width - (columns - 1) * GAP) / columns);
  const row = rowHeight(width);
  const rows = Math.ceil(count / columns);
  const tall = Math.min(rows * row, TALLEST);
  const squeezed = tall < rows * row;
  const inSight = Math.ceil(size.height / row) + 1;
  // In a squeezed list the first row in sight is found by the share that was scrolled, and rows are drawn around there.
  const firstRow = squeezed
    ? Math.round((top / Math.max(1, tall - size.height)) * Math.max(0, rows - inSight + 1))
    : Math.floor(top / row);
  const from = Math.max(0, firstRow - OVERSCAN_ROWS);
  const to = Math.min(rows, firstRow + inSight + OVERSCAN_ROWS);
  const yOf = (index: number) => (squeezed ? top + (index - firstRow) * row : index * row);
  const [start, end] = [from * columns, Math.min(count, to * columns)];
  useEffect(() => {
    if (end > start) onLook(start, end);
  }, [start, end, onLook]);

  const items = [];
  for (let index = start; index < end; index++) {
    const place = {
      width: `${width}px`,
      height: `${row}px`,
      transform: `translate(${(index % columns) * (width + GAP)}px, ${yOf(Math.floor(index / columns))}px)`,
    };
    items.push(
      <li key={index} class="virtual-item" style={place} aria-setsize={count} aria-posinset={index + 1}>
        {children(index)}
      </li>,
    );
  }
  return (
    <section
      ref={box}
      class={`virtual ${name}`}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard, in Safari too.
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <ul style={{ height: `${tall}px` }}>{items}</ul>
    </section>
  );
}
