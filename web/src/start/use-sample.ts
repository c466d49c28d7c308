// One image of the chosen file at the chosen settings, made anew a moment after one of them changed.
import { useEffect, useState } from 'preact/hooks';
import { preview } from '../api/client.ts';
import type { PreviewFigures, PreviewOf } from '../api/types.ts';
import { qualityText, type Settings } from './draft.ts';

export interface Sample {
  url: string;
  figures: PreviewFigures;
  original: string;
  result: string;
}

export interface SampleState {
  /** The newest there is; while `busy` it may show other settings than the chosen ones. */
  sample: Sample | null;
  busy: boolean;
  error: unknown;
}

/** Long enough that dragging the slider asks once, short enough to feel live. */
const SETTLE_MS = 350;

export function useSample(url: string | null, settings: Settings): SampleState {
  const [state, setState] = useState<SampleState>({ sample: null, busy: false, error: null });
  const asked = JSON.stringify(optionsOf(settings));

  useEffect(() => {
    if (url === null) {
      setState({ sample: null, busy: false, error: null });
      return;
    }
    const over = new AbortController();
    setState(({ sample }) => ({ sample: sample?.url === url ? sample : null, busy: true, error: null }));
    const timer = setTimeout(() => {
      preview({ url, ...(JSON.parse(asked) as Omit<PreviewOf, 'url'>) }, over.signal).then(
        ({ figures, original, result }) => {
          if (over.signal.aborted) return;
          const pictures = { original: URL.createObjectURL(original), result: URL.createObjectURL(result) };
          setState({ sample: { url, figures, ...pictures }, busy: false, error: null });
        },
        (error: unknown) => over.signal.aborted || setState({ sample: null, busy: false, error }),
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [url, asked]);

  const { sample } = state;
  useEffect(() => {
    if (!sample) return;
    return () => {
      URL.revokeObjectURL(sample.original);
      URL.revokeObjectURL(sample.result);
    };
  }, [sample]);
  return state;
}

function optionsOf(settings: Settings): Omit<PreviewOf, 'url'> {
  const { format, metadata, max_width, max_height } = settings;
  return {
    quality: qualityText(settings),
    format: format as PreviewOf['format'],
    metadata: metadata as PreviewOf['metadata'],
    ...(max_width !== '' && { max_width: Number(max_width) }),
    ...(max_height !== '' && { max_height: Number(max_height) }),
  };
}
