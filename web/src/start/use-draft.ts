// The state of the start page: the chosen file, what its check says, the settings, and sending it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, upload, validate } from '../api/client.ts';
import type { Accepted, Validation } from '../api/types.ts';
import { useTask } from '../parts/use-task.ts';
import { createKeys, DEFAULTS, formOf, type Settings } from './draft.ts';

export type Check =
  | { state: 'none' }
  | { state: 'checking' }
  | { state: 'checked'; found: Validation }
  | { state: 'failed'; error: unknown };

const NOTHING_FOUND: Validation = {
  valid: false,
  products: 0,
  images: 0,
  hosts: 0,
  header: [],
  columns: null,
  problems: [],
  warnings: [],
  preview: [],
};

export function useDraft(onAccepted: (accepted: Accepted) => void) {
  const [file, setFile] = useState<File | null>(null);
  const [settings, setSettings] = useState(DEFAULTS);
  const [check, setCheck] = useState<Check>({ state: 'none' });
  const sending = useTask();
  const [keyFor] = useState(createKeys);
  const checking = useRef<AbortController | null>(null);
  useEffect(() => () => checking.current?.abort(), []);

  async function checkFile(chosen: File, { url_column, name_column }: Settings): Promise<void> {
    checking.current?.abort();
    const mine = new AbortController();
    checking.current = mine;
    setCheck({ state: 'checking' });
    try {
      const found = await validate(formOf(chosen, { url_column, name_column }), mine.signal);
      if (!mine.signal.aborted) setCheck({ state: 'checked', found });
    } catch (error) {
      if (!mine.signal.aborted) setCheck({ state: 'failed', error: await explained(error, chosen) });
    }
  }

  return {
    file,
    settings,
    check,
    sending,

    choose(chosen: File): void {
      // The columns were named for another file.
      const next = { ...settings, url_column: '', name_column: '' };
      setFile(chosen);
      setSettings(next);
      void checkFile(chosen, next);
    },

    change(changed: Partial<Settings>): void {
      setSettings((before) => ({ ...before, ...changed }));
    },

    nameColumns(columns: Pick<Settings, 'url_column' | 'name_column'>): void {
      const next = { ...settings, ...columns };
      setSettings(next);
      if (file) void checkFile(file, next);
    },

    checkAgain(): void {
      if (file) void checkFile(file, settings);
    },

    start(): void {
      if (!file) return;
      sending.run(async () => {
        try {
          onAccepted(await upload(formOf(file, { ...settings }), keyFor(file, settings)));
        } catch (error) {
          // The file may have been changed since it was checked.
          const errors = error instanceof ApiError ? error.problem?.errors : undefined;
          if (!errors) throw await explained(error, file);
          setCheck({
            state: 'checked',
            found: { ...NOTHING_FOUND, problems: errors },
          });
        }
      });
    },
  };
}

/** A browser does not say that it was the file that could not be read; it shows when that is tried. */
async function explained(error: unknown, file: File): Promise<unknown> {
  if (!(error instanceof ApiError) || error.status !== 0) return error;
  const readable = await file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
  return readable
    ? error
    : new ApiError(0, 'The file was changed or moved since it was chosen. Choose it again.');
}
