// The program of an image process.
import { createFetcher } from '../image/fetch/fetch.ts';
import { createImageProcessor } from '../image/process-image.ts';
import { openStorage } from '../storage/open-storage.ts';
import { serveImageProcess } from './image-process.ts';

serveImageProcess(async (settings) => {
  const storage = await openStorage({ url: settings.storageUrl, filesUrl: () => '' });
  const fetcher = createFetcher({
    policy: settings.egress,
    timeoutMs: settings.fetchTimeoutMs,
    maxBytes: settings.maxImageBytes,
  });
  return createImageProcessor({ fetcher, storage, maxPixels: settings.maxImagePixels });
});
