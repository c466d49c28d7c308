// The state of the start page: the chosen file, what its check says, the settings, and sending it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, upload, validate } from '../api/client.ts';
import type { Accepted, Validation } from '../api/types.ts';
import { useTask } from '../parts/use-task.ts';
import { createKeys, DEFAULTS, FOUND_OUT, formOf, type Settings, tableOf } from './draft.ts';

export interface Check {
  /** What the newest check of this file found; while `checking` it may be of other settings. */
  found: Validation | null;
  checking: boolean;
  error: unknown;
}

const UNCHECKED: Check = { found: null, checking: false, error: null };

const NOTHING_FOUND: Validation = {
  valid: false,
  products: 0,
  images: 0,
  hosts: 0,
  profile: null,
  profile_label: null,
  header_row: null,
  url_columns: [],
  name_column: null,
  rows: { total: 0, passed_through: 0, with_problems: 0 },
  header: [],
  columns: null,
  candidates: [],
  problems: [],
  warnings: [],
  warning_counts: {},
  preview: [],
};

export function useDraft(onAccepted: (accepted: Accepted) => void) {
  const [file, setFile] = useState<File | null>(null);
  const [settings, setSettings] = useState<Settings>(DEFAULTS);
  const [check, setCheck] = useState(UNCHECKED);
  const sending = useTask();
  const [keyFor] = useState(createKeys);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function checkFile(chosen: File, said: Settings): Promise<void> {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    // Without an image column there is nothing to ask: the next tick will be one.
    if (said.url_column?.length === 0) return setCheck((before) => ({ ...before, checking: false }));
    setCheck((before) => ({ ...before, checking: true, error: null }));
    try {
      const found = await validate(formOf(chosen, tableOf(said)), mine.signal);
      if (!mine.signal.aborted) setCheck({ found, checking: false, error: null });
    } catch (error) {
      const told = await explained(error, chosen);
      if (!mine.signal.aborted) setCheck(({ found }) => ({ found, checking: false, error: told }));
    }
  }

  return {
    file,
    settings,
    check,
    sending,
    ready:
      check.found?.valid === true &&
      !check.checking &&
      check.error === null &&
      settings.url_column?.length !== 0,

    choose(chosen: File): void {
      // What was said of a file holds when it comes again, mended; not for another.
      const next = { ...settings, ...(chosen.name !== file?.name && FOUND_OUT) };
      setFile(chosen);
      setSettings(next);
      setCheck(UNCHECKED);
      void checkFile(chosen, next);
    },

    change(changed: Partial<Settings>): void {
      const next = { ...settings, ...changed };
      setSettings(next);
      const reads = Object.keys(changed).some((name) => name in FOUND_OUT);
      if (file && reads) void checkFile(file, next);
    },

    checkAgain(): void {
      if (file) void checkFile(file, settings);
    },

    start(): void {
      if (!file) return;
      sending.run(async () => {
        try {
          onAccepted(await upload(formOf(file, settings), keyFor(file, settings)));
        } catch (error) {
          // The file may have been changed since it was checked.
          const problems = error instanceof ApiError ? error.problem?.errors : undefined;
          if (!problems) throw await explained(error, file);
          setCheck(({ found }) => ({
            ...UNCHECKED,
            found: { ...NOTHING_FOUND, ...found, valid: false, preview: [], problems },
          }));
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
