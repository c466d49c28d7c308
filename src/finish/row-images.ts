// The images of a request, row by row, while its file is read again.
import type { Records } from '../records/open-records.ts';
import type { ImageRecord } from '../records/results.ts';
import type { RequestRecord } from '../records/schema.ts';
import { type TableRecord, urlsOf } from '../table/table.ts';

const IMAGES_A_PAGE = 1_000;

/** Ask for the images of every record of the file, in their order: position n of a row is the n-th; other records have none. */
export function createRowImages(
  request: RequestRecord,
  results: Pick<Records['results'], 'list'>,
): (record: TableRecord) => Promise<ImageRecord[]> {
  const images = readImages(request, results);
  return async (record) => (record.kind === 'data' ? take(images, urlsOf(record).length) : []);
}

async function* readImages(
  request: RequestRecord,
  results: Pick<Records['results'], 'list'>,
): AsyncGenerator<ImageRecord> {
  for (let cursor = 0; ; ) {
    const page = await results.list(request.id, { cursor, limit: IMAGES_A_PAGE });
    for (const image of page) {
      // What a cancel left undone has no result of its own.
      yield request.status === 'cancelled' && image.status === 'pending'
        ? { ...image, error_code: 'cancelled', error_message: 'the request was cancelled first' }
        : image;
    }
    if (page.length < IMAGES_A_PAGE) return;
    cursor = page.at(-1)!.seq;
  }
}

async function take(images: AsyncGenerator<ImageRecord>, count: number): Promise<ImageRecord[]> {
  const taken: ImageRecord[] = [];
  while (taken.length < count) {
    const { value, done } = await images.next();
    if (done) throw new Error('the file names more images than the database has');
    taken.push(value);
  }
  return taken;
}
