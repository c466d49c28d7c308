// From STORAGE_URL to a storage. Each adapter is loaded only when it is the one that is named.
import type { Storage } from '../ports.ts';
import { parseStorageUrl, type StorageLocation } from '../util/storage-url.ts';
import { withFaults } from './faults.ts';

export interface StorageSettings {
  /** STORAGE_URL. */
  url: string;
  /** Where the HTTP server answers for objects that have no public address, ending in `/`; '' for links relative to a folder. */
  filesUrl: () => string;
  /** No other process writes to it. */
  alone?: boolean;
}

/** @throws when the URL is none, the package it needs is not installed, or the storage cannot be set up. */
export async function openStorage({ url, filesUrl, alone = false }: StorageSettings): Promise<Storage> {
  const location = parseStorageUrl(url);
  return withFaults(await create(location), location.scheme);

  async function create(at: StorageLocation): Promise<Storage> {
    switch (at.scheme) {
      case 'file':
        return (await import('./disk.ts')).createDiskStorage({ root: at.folder, publicUrl: filesUrl, alone });
      case 's3':
        return (await import('./s3.ts')).createS3Storage(at, filesUrl);
      case 'gs':
        return (await import('./gcs.ts')).createGcsStorage(at, filesUrl);
      case 'cloudinary':
        return (await import('./cloudinary.ts')).createCloudinaryStorage(at);
    }
  }
}
