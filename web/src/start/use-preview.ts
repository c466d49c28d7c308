// One image of the chosen file at the chosen settings, made anew a moment after one of them changed.
import { useEffect, useState } from 'preact/hooks';
import { makePreview } from '../api/client.ts';
import type { PreviewFigures, PreviewOf } from '../api/types.ts';
import { qualityText, type Settings } from './draft.ts';

export interface Preview {
  url: string;
  figures: PreviewFigures;
  original: string;
  result: string;
}

export interface PreviewState {
  /** The newest there is; while `busy` it may show other settings than the chosen ones. */
  preview: Preview | null;
  busy: boolean;
  error: unknown;
}

/** Long enough that dragging the slider asks once, short enough to feel live. */
const SETTLE_MS = 350;

export function usePreview(url: string | null, settings: Settings): PreviewState {
  const [state, setState] = useState<PreviewState>({ preview: null, busy: false, error: null });
  const asked = JSON.stringify(optionsOf(settings));

  useEffect(() => {
    if (url === null) {
      setState({ preview: null, busy: false, error: null });
      return;
    }
    const over = new AbortController();
    setState(({ preview }) => ({ preview: preview?.url === url ? preview : null, busy: true, error: null }));
    const timer = setTimeout(() => {
      makePreview({ url, ...(JSON.parse(asked) as Omit<PreviewOf, 'url'>) }, over.signal).then(
        ({ figures, original, result }) => {
          if (over.signal.aborted) return;
          const pictures = { original: URL.createObjectURL(original), result: URL.createObjectURL(result) };
          setState({ preview: { url, figures, ...pictures }, busy: false, error: null });
        },
        (error: unknown) => over.signal.aborted || setState({ preview: null, busy: false, error }),
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [url, asked]);

  const { preview } = state;
  useEffect(() => {
    if (!preview) return;
    return () => {
      URL.revokeObjectURL(preview.original);
      URL.revokeObjectURL(preview.result);
    };
  }, [preview]);
  return state;
}

function optionsOf(settings: Settings): Omit<PreviewOf, 'url'> {
  const { format, metadata, max_width, max_height } = settings;
  return {
    quality: qualityText(settings),
    format: format as NonNullable<PreviewOf['format']>,
    metadata: metadata as NonNullable<PreviewOf['metadata']>,
    ...(max_width !== '' && { max_width: Number(max_width) }),
    ...(max_height !== '' && { max_height: Number(max_height) }),
  };
}
