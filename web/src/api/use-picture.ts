// A picture of a request as an address that an <img> can show: from this server only, and with the key where one is needed.
import { useEffect, useState } from 'preact/hooks';
import { addressOf, call, picturePath } from './client.ts';
import { currentKey } from './session.ts';
import type { ImageState } from './types.ts';

export interface Picture {
  src: string | null;
  error: unknown;
}

/** What is at `path`, fetched; null fetches nothing. */
export function useFetchedPicture(path: string | null): Picture {
  const [picture, setPicture] = useState<Picture>({ src: null, error: null });
  useEffect(() => {
    setPicture({ src: null, error: null });
    if (path === null) return;
    const over = new AbortController();
    let src: string | null = null;
    call(path, { signal: over.signal })
      .then((response) => response.blob())
      .then(
        (blob) => {
          if (over.signal.aborted) return;
          src = URL.createObjectURL(blob);
          setPicture({ src, error: null });
        },
        (error: unknown) => over.signal.aborted || setPicture({ src: null, error }),
      );
    return () => {
      over.abort();
      if (src !== null) URL.revokeObjectURL(src);
    };
  }, [path]);
  return picture;
}

/** The delivered picture: where it is, when that is here; else through this server. */
export function useResult(requestId: string, { seq, output_url }: ImageState): Picture {
  const here = output_url !== null && new URL(output_url, document.baseURI).origin === location.origin;
  const path = output_url === null || here ? null : picturePath(requestId, seq, 'result');
  const fetched = useFetchedPicture(currentKey() === null ? null : path);
  if (here) return { src: output_url, error: null };
  return path !== null && currentKey() === null ? { src: addressOf(path), error: null } : fetched;
}
