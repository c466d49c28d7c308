// From STORAGE_URL to a storage. Each adapter is loaded only when it is the one that is named.
import type { Storage } from '../ports.ts';

export interface StorageSettings {
  /** `file:DIR`. */
  url: string;
  /** Where the HTTP server serves disk storage, ending in `/`; '' for links relative to the folder. */
  filesUrl: () => string;
}

const SCHEMES: Record<string, (settings: StorageSettings) => Promise<Storage>> = {
  file: async ({ url, filesUrl }) =>
    (await import('./disk.ts')).createDiskStorage({ root: url.slice('file:'.length), publicUrl: filesUrl }),
};

/** @throws on a scheme that no adapter serves. */
export async function openStorage(settings: StorageSettings): Promise<Storage> {
  const scheme = settings.url.slice(0, settings.url.indexOf(':'));
  const open = SCHEMES[scheme];
  if (!open) throw new Error(`no storage adapter for ${scheme}:`);
  return open(settings);
}
