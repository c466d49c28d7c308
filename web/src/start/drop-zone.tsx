// Where the file comes in: dropped anywhere on the page, or chosen.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Validation } from '../api/types.ts';
import { bytes } from '../format.ts';
import { FirstRows } from './first-rows.tsx';
import { ShapeExample } from './shape-example.tsx';

interface Props {
  file: File | null;
  busy: boolean;
  /** What its check found; null before that. */
  found: Validation | null;
  onChoose: (file: File) => void;
}

export function DropZone({ file, busy, found, onChoose }: Props) {
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState('');
  const choose = useRef<(files: FileList | null | undefined) => void>(() => {});
  choose.current = (files) => {
    setOver(false);
    const first = files?.[0];
    if (!first || busy) return;
    setRefused(files.length > 1 ? 'One file at a time: the first one was taken.' : '');
    onChoose(first);
  };

  useEffect(() => {
    // On the whole page, since a file dropped beside the zone would otherwise replace the page.
    const drag = (event: DragEvent) => {
      event.preventDefault();
      setOver(event.type !== 'dragleave' || event.relatedTarget !== null);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      choose.current(event.dataTransfer?.files);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', drag);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', drag);
      removeEventListener('drop', drop);
    };
  }, []);

  return (
    <div class={`drop${over ? ' over' : ''}`}>
      <label class="drop-label">
        <input
          type="file"
          accept=".csv,.tsv,.tab,.txt,text/csv,text/tab-separated-values,text/plain"
          class="sr-only"
          disabled={busy}
          onChange={(event) => {
            choose.current(event.currentTarget.files);
            // So that the same file, mended, can be chosen again.
            event.currentTarget.value = '';
          }}
        />
        {file ? (
          <>
            <strong class="file-name">{file.name}</strong>
            <span class="soft">
              {bytes(file.size)} · <span class="as-link">choose another</span>
            </span>
          </>
        ) : (
          <>
            <strong>Drop a product file here</strong>
            <span class="soft">
              CSV, TSV or TXT, or <span class="as-link">choose a file</span>
            </span>
          </>
        )}
      </label>
      {refused && <p class="soft">{refused}</p>}
      {found && <FirstRows found={found} />}
      {file === null && <ShapeExample />}
    </div>
  );
}
