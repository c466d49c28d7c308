// The contract against a real cloud: HALVE_TEST_STORAGE_URL names a place that may be written to, credentials as ever.
// Left out by vitest.config.ts where it is not set.
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import { keysOf, storageContract } from '../contracts/storage.ts';

const url = process.env.HALVE_TEST_STORAGE_URL;

/** A folder of its own for each test, emptied after it. */
async function open() {
  const place = new URL(url!);
  place.pathname = `${place.pathname.replace(/\/$/, '')}/halve-test-${randomUUID()}`;
  const storage = await openStorage({ url: place.href, filesUrl: () => '' });
  onTestFinished(async () => {
    for (const key of await keysOf(storage, '')) await storage.deletePrefix(key);
  });
  return storage;
}

storageContract('the cloud of HALVE_TEST_STORAGE_URL', open);
