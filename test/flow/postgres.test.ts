// A server whose PostgreSQL goes away: errors while it is away, and everything as before afterwards, in the same process.
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { postgresPrograms, startPostgres } from '../fakes/postgres.ts';
import { startService } from './service.ts';

const IMAGES = 200;

const missing =
  postgresPrograms() || process.env.REQUIRE_SERVICES === '1' ? null : 'PostgreSQL is not installed';

describe.skipIf(missing)(missing ?? 'PostgreSQL', () => {
  it('may be killed and restarted below a working server', async () => {
    const database = await startPostgres();
    const origin = await startOrigin({ '*': { body: await photoJpeg(640, 480), latencyMs: 5 } });
    onTestFinished(() => origin.close());
    const service = await startService({ env: { DATABASE_URL: database.url, LOG_LEVEL: 'silent' } });
    const rows = Array.from(
      { length: IMAGES },
      (_, index) => `${index + 1},Mug,${origin.url}/${index + 1}.jpg`,
    );
    const csv = `S. No.,Product Name,Input Image Urls\n${rows.join('\n')}\n`;
    const id = await service.upload(csv);
    await service.until(id, ({ images }) => images.processed > 0);
    await database.kill();

    for (const path of ['/readyz', `/status/${id}`]) {
      const answer = await fetch(service.url + path);
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '5']);
      expect(await answer.json()).toMatchObject({ code: 'unavailable' });
    }
    const refused = await fetch(`${service.url}/upload`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: csv,
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);

    await database.start();
    expect(await service.ended(id)).toMatchObject({
      status: 'completed',
      images: { total: IMAGES, processed: IMAGES, failed: 0 },
    });
    expect(await service.json('/requests')).toMatchObject({ requests: [{ request_id: id }] });
    expect(await service.stop()).toBe(0);
  });
});
