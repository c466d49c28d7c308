// A long list of images that is read page by page, where somebody looks. Pages far from there are dropped again.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { listImages } from '../api/client.ts';
import type { ImageState } from '../api/types.ts';

export interface ImageList {
  /** How many can be scrolled to by now. */
  count: number;
  /** undefined while it is on its way. */
  at(index: number): ImageState | undefined;
  /** Says which ones are looked at. */
  look(from: number, to: number): void;
  error: unknown;
}

export interface ImageQuery {
  requestId: string;
  /** Changes when what was read is no longer true. */
  version: string;
  total: number;
  /** By running number or rank, any page can be asked for; of one error code only the next. */
  sort?: 'file' | 'least_saved' | undefined;
  code?: string | undefined;
}

const PAGE = 100;
const PAGES_KEPT = 30;

export function useImages({ requestId, version, total, sort, code }: ImageQuery): ImageList {
  const [, redraw] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const list = useMemo(
    () => createPages({ requestId, sort, code }, () => redraw((count) => count + 1), setError),
    [requestId, version, sort, code],
  );
  // What was there before stays in sight until what is there now has come.
  const before = useRef<typeof list | null>(null);
  useEffect(() => {
    setError(null);
    return () => {
      list.close();
      before.current = list;
    };
  }, [list]);
  const look = useCallback((from: number, to: number) => list.look(from, to), [list]);
  const at = (index: number) => list.at(index) ?? (list.empty() ? before.current?.at(index) : undefined);
  const reachable = Math.max(list.reachable(), before.current?.reachable() ?? 0);
  return { count: Math.min(total, reachable), at, look, error };
}

function createPages(
  { requestId, sort, code }: Pick<ImageQuery, 'requestId' | 'sort' | 'code'>,
  onLoaded: () => void,
  onError: (error: unknown) => void,
) {
  const pages = new Map<number, ImageState[]>();
  const loading = new Set<number>();
  /** Where each page begins, as far as it is known; only needed where it cannot be worked out. */
  const cursors = ['0'];
  let over = false;

  const cursorOf = (page: number) => (code === undefined ? String(page * PAGE) : cursors[page]);

  async function load(page: number): Promise<void> {
    const cursor = cursorOf(page);
    if (cursor === undefined || pages.has(page) || loading.has(page)) return;
    loading.add(page);
    try {
      const read = await listImages(requestId, {
        cursor,
        limit: PAGE,
        ...(sort && { sort }),
        ...(code !== undefined && { code }),
      });
      if (over) return;
      if (read.next !== null) cursors[page + 1] = read.next;
      pages.set(page, read.images);
      onError(null);
      onLoaded();
    } catch (error) {
      if (!over) onError(error);
    } finally {
      loading.delete(page);
    }
  }

  return {
    empty: () => pages.size === 0,
    at: (index: number) => pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    reachable: () => (code === undefined ? Number.POSITIVE_INFINITY : cursors.length * PAGE),
    look(from: number, to: number): void {
      const [first, last] = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)];
      for (let page = first; page <= last; page++) void load(page);
      for (const page of pages.keys()) {
        if (pages.size <= PAGES_KEPT) break;
        if (page < first - 1 || page > last + 1) pages.delete(page);
      }
    },
    close(): void {
      over = true;
    },
  };
}
