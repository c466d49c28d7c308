// Connections are used again, also to an origin all of whose connections have just ended. Real sockets, loopback only.
import { expect, test } from 'vitest';
import { fetched, fetcher, origin, PICTURE } from '../fakes/fetching.ts';

test.each([1, 4])(
  'an origin that has closed its %i connections does not get a new one for each picture',
  async (ended) => {
    const server = await origin({
      '/': { body: PICTURE },
      '/last': { body: PICTURE, headers: { connection: 'close' } },
    });
    const images = fetcher();
    for (const _round of [1, 2, 3]) {
      const last = Array.from({ length: ended }, () => images.fetchImage(`${server.url}/last`));
      expect(await Promise.all(last)).toEqual(Array(ended).fill(fetched(PICTURE)));
      const before = server.connections;
      // At once: the end of the last ones is still being told.
      for (let picture = 0; picture < 6; picture++)
        expect(await images.fetchImage(server.url)).toEqual(fetched(PICTURE));
      expect(server.connections - before).toBeLessThanOrEqual(2);
    }
  },
);
