// The one process told to stop. (Killed, frozen and worse: test/faults.)
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { startService } from './service.ts';

const env = { WORKERS: '2', FETCH_CONCURRENCY: '8' };

it('drains on SIGTERM: exits 0, and nothing that was in flight is fetched again', async () => {
  const jpeg = await photoJpeg(640, 480);
  const origin = await startOrigin({ '*': { body: jpeg, latencyMs: 20 } });
  onTestFinished(() => origin.close());
  const dataDir = tempFolder();
  const first = await startService({ dataDir, env });
  const rows = Array.from(
    { length: 200 },
    (_, index) => `${index + 1},Product,${origin.url}/${index + 1}.jpg`,
  );
  const id = await first.upload(`S. No.,Product Name,Input Image Urls\n${rows.join('\n')}\n`);
  await first.until(id, ({ images }) => images.processed >= 50);
  expect(await first.stop()).toBe(0);
  const second = await startService({ dataDir, env });
  expect(await second.ended(id)).toMatchObject({ images: { processed: 200 } });
  expect(origin.hits()).toBe(200);
  expect(await second.stop()).toBe(0);
});

it('does not wait for a connection on which nothing was asked', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  const silent = connect(Number(new URL(service.url).port), '127.0.0.1');
  onTestFinished(() => void silent.destroy());
  await once(silent, 'connect');
  // Whoever comes later is answered, so it has been accepted.
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  const closed = once(silent, 'close');
  const toldAt = performance.now();
  expect(await service.stop()).toBe(0);
  await closed;
  // Its own time, and that of its headers, would be a minute.
  expect(performance.now() - toldAt).toBeLessThan(40_000);
});
