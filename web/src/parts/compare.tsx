// Two pictures over each other with a divider: left of it before, right of it after, both at the same place and scale.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { percent } from '../format.ts';

interface Props {
  before: string | null;
  after: string | null;
  /** What is shown in the corners, such as a size. */
  beforeNote: string;
  afterNote: string;
  name: string;
  busy?: boolean;
}

interface Size {
  width: number;
  height: number;
}

const ZOOMS = [
  ['fit', 'Fit'],
  ['1', '100 %'],
  ['2', '200 %'],
  ['4', '400 %'],
] as const;
type Zoom = (typeof ZOOMS)[number][0];

export function Compare({ before, after, beforeNote, afterNote, name, busy = false }: Props) {
  const stage = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLImageElement>(null);
  const [split, setSplit] = useState(50);
  const [zoom, setZoom] = useState<Zoom>('fit');
  const [natural, setNatural] = useState<Size | null>(null);
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 });
  const both = before !== null && after !== null;

  useLayoutEffect(() => {
    const element = stage.current!;
    const measure = () => setRoom({ width: element.offsetWidth, height: element.offsetHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  const scale = natural ? scaleOf(zoom, natural, room) : 1;
  const box = natural && { width: `${natural.width * scale}px`, height: `${natural.height * scale}px` };

  /** The divider stands still over the stage while the pictures scroll below it. */
  function clip(): void {
    if (!stage.current || !canvas.current || !top.current) return;
    const x =
      stage.current.scrollLeft + (split / 100) * stage.current.clientWidth - canvas.current.offsetLeft;
    top.current.style.clipPath = `inset(0 0 0 ${Math.max(0, x)}px)`;
  }
  useLayoutEffect(clip);

  function drag(event: PointerEvent): void {
    if (event.buttons !== 1 || !stage.current) return;
    const { left, width } = stage.current.getBoundingClientRect();
    setSplit(Math.min(100, Math.max(0, ((event.clientX - left) * 100) / width)));
  }

  const measured = ({ currentTarget: image }: Event & { currentTarget: HTMLImageElement }) =>
    setNatural({ width: image.naturalWidth, height: image.naturalHeight });

  return (
    <div class={`compare${busy ? ' busy' : ''}`}>
      <div class="compare-frame">
        <section
          ref={stage}
          class="compare-stage"
          aria-label={`${name}, before and after`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
          tabIndex={0}
          onScroll={clip}
          onPointerDown={zoom === 'fit' ? drag : undefined}
          onPointerMove={zoom === 'fit' ? drag : undefined}
        >
          <div ref={canvas} class="compare-canvas" style={box ?? {}}>
            {before !== null && (
              <img
                src={before}
                alt={`${name} before`}
                draggable={false}
                style={box ?? {}}
                onLoad={measured}
              />
            )}
            {after !== null && (
              <img
                ref={both ? top : null}
                class={both ? 'over' : ''}
                src={after}
                alt={`${name} after`}
                draggable={false}
                style={box ?? {}}
                {...(before === null && { onLoad: measured })}
              />
            )}
          </div>
        </section>
        {both && (
          <div class="compare-bar" style={{ left: `${split}%` }} onPointerMove={drag} onPointerDown={hold}>
            <span aria-hidden="true" />
          </div>
        )}
        {before !== null && <span class="compare-note left">Before {beforeNote}</span>}
        {after !== null && <span class="compare-note right">After {afterNote}</span>}
      </div>
      <div class="compare-controls">
        <label class="divider">
          <span>Divider</span>
          <input
            type="range"
            min={0}
            max={100}
            value={split}
            disabled={!both}
            aria-valuetext={`${percent(Math.round(split))} before`}
            onInput={(event) => setSplit(event.currentTarget.valueAsNumber)}
          />
        </label>
        <fieldset class="segments" disabled={natural === null}>
          <legend class="sr-only">Zoom</legend>
          {ZOOMS.map(([value, label]) => (
            <button key={value} type="button" aria-pressed={zoom === value} onClick={() => setZoom(value)}>
              {label}
            </button>
          ))}
        </fieldset>
      </div>
    </div>
  );
}

/** So that the divider goes on following a finger that has left it. */
function hold(event: PointerEvent): void {
  (event.currentTarget as Element).setPointerCapture(event.pointerId);
}

function scaleOf(zoom: Zoom, natural: Size, room: Size): number {
  if (zoom !== 'fit') return Number(zoom);
  return Math.min(1, room.width / natural.width, room.height / natural.height) || 1;
}
