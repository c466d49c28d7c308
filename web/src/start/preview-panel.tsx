// What the settings do to one image of the file, before anything is started.
import { useMemo, useState } from 'preact/hooks';
import { meaningOf } from '../../../src/meanings.ts';
import { ApiError } from '../api/client.ts';
import type { Validation } from '../api/types.ts';
import { bytes, formatName, percent } from '../format.ts';
import { Compare } from '../parts/compare.tsx';
import type { Settings } from './draft.ts';
import { type Preview, usePreview } from './use-preview.ts';

export function PreviewPanel({ found, settings }: { found: Validation | null; settings: Settings }) {
  const urls = useMemo(() => [...new Set((found?.preview ?? []).flatMap((row) => row.urls))], [found]);
  const [at, setAt] = useState(0);
  const url = urls[at % Math.max(1, urls.length)] ?? null;
  const { preview, busy, error } = usePreview(url, settings);
  return (
    <section class="preview" aria-labelledby="preview-title" aria-busy={busy}>
      <div class="preview-head">
        <h2 id="preview-title">One of your images</h2>
        {urls.length > 1 && (
          <button type="button" class="quiet slim" onClick={() => setAt(at + 1)}>
            Try another
          </button>
        )}
      </div>
      {preview ? (
        <Compare
          name="Preview"
          before={preview.original}
          after={preview.result}
          beforeNote={bytes(preview.figures.bytes_in)}
          afterNote={bytes(preview.figures.bytes_out)}
          busy={busy}
        />
      ) : (
        <div class="compare">
          <div class="compare-frame empty">
            {url === null && (
              <p class="soft">Choose a file, and one of its images is shown here before and after.</p>
            )}
            {busy && <p class="soft">Downloading one image and making it lighter…</p>}
            {error !== null && <SampleError error={error} />}
          </div>
        </div>
      )}
      <p class="preview-verdict" role="status">
        {preview && !busy ? (
          <Verdict preview={preview} />
        ) : (
          <span class="soft">{url === null ? '' : '…'}</span>
        )}
      </p>
    </section>
  );
}

function Verdict({ preview: { figures } }: { preview: Preview }) {
  const { bytes_in, bytes_out, kept_original, width, height, format } = figures;
  if (kept_original) return <>It would not get smaller, so it is delivered as it came.</>;
  const saved = Math.round((1 - bytes_out / bytes_in) * 100);
  return (
    <>
      <b>{saved > 0 ? `${percent(saved)} lighter` : 'Not lighter'}</b>{' '}
      <span class="soft">
        {width} × {height} px, {formatName(format)}. Nothing was stored.
      </span>
    </>
  );
}

function SampleError({ error }: { error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof ApiError && error.problem?.code === 'image_failed' ? message.split(':')[0]! : null;
  return (
    <div role="status">
      <p>
        <strong>This image cannot be shown.</strong>
      </p>
      <p class="soft">
        {code === null ? message : meaningOf(code).what} You can try another, or start all the same.
      </p>
    </div>
  );
}
