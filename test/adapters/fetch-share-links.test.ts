// A share link is asked for as its file, of the host that the link names. Real sockets, loopback only.
import { expect, test } from 'vitest';
import { fetched, fetcher, origin, PICTURE } from '../fakes/fetching.ts';

test('the download of a share link is what is asked for', async () => {
  const server = await origin({ '/s/abc/mug.jpg': { body: PICTURE } });
  const asked: string[] = [];
  const local = fetcher({
    lookup: (host, _options, callback) => {
      asked.push(host);
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    },
  });
  const link = `http://www.dropbox.com:${server.port}/s/abc/mug.jpg?dl=0`;
  expect(await local.fetchImage(link)).toEqual(fetched(PICTURE));
  expect(server.requests.map(({ path }) => path)).toEqual(['/s/abc/mug.jpg?dl=1']);
  expect(asked).toEqual(['www.dropbox.com']);
});
