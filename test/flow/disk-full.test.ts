// A disk that is full: work pauses, and goes on when there is room.
import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { pause, startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const rows = (url: string, count: number) =>
  HEADER + Array.from({ length: count }, (_, index) => `${index + 1},A,${url}/${index + 1}.jpg\n`).join('');

const canMount = process.getuid?.() === 0 && process.platform === 'linux';

it.runIf(canMount || process.env.REQUIRE_SERVICES).each(['files', '.'])(
  'waits for a full disk (%s of the data folder): no image fails for it, no file is cut',
  async (full) => {
    const folder = tempFolder();
    const disk = join(folder, 'data', full);
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const jpeg = await photoJpeg(640, 480);
    const origin = await startOrigin({ '*': { body: jpeg } });
    onTestFinished(() => origin.close());
    const service = await startService({ dataDir: join(folder, 'data'), env: { LOG_LEVEL: 'silent' } });
    const id = await service.upload(rows(origin.url, 200));
    await expect.poll(() => statfsSync(disk).bavail, { timeout: 30_000 }).toBeLessThan(10);
    // Long enough for several attempts at the full disk.
    await pause(2_000);
    const stuck = await service.status(id);
    expect([stuck.status, stuck.images.failed]).toEqual(['processing', 0]);
    execFileSync('mount', ['-o', 'remount,size=64m', disk]);
    const request = await service.ended(id, 110_000);
    expect(request).toMatchObject({ status: 'completed', images: { processed: 200, failed: 0 } });
    for (const image of await service.images(id)) {
      const body = await (await fetch(image.output_url!)).arrayBuffer();
      expect(body.byteLength).toBe(image.bytes_out);
    }
    expect(await service.stop()).toBe(0);
  },
);
