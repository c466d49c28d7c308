// GET /zip: read by another program, from a disk and from S3; under names that could lead out; and left in the middle.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { S3_ENV, startS3 } from '../fakes/s3.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { type Service, startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const noPython = (() => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'python3 is not here';
  }
})();

/** Every entry in its order, with the digest of its bytes; its checksums are compared on the way. */
const LIST = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    print(json.dumps([[e.filename, hashlib.sha256(archive.read(e)).hexdigest()] for e in archive.infolist()]))
`;

async function bytesAt(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function entriesOf(service: Service, id: string): Promise<[name: string, digest: string][]> {
  const response = await fetch(`${service.url}/zip/${id}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="catalogue-images.zip"');
  const path = join(tempFolder(), 'results.zip');
  writeFileSync(path, Buffer.from(await response.arrayBuffer()));
  const { stdout } = await promisify(execFile)('python3', ['-c', LIST, path]);
  return JSON.parse(stdout) as [string, string][];
}

const STORAGES: Record<string, () => Promise<Record<string, string>>> = {
  disk: async () => ({}),
  S3: async () => ({ ...S3_ENV, STORAGE_URL: (await startS3()).storageUrl('shop') }),
};

it.skipIf(noPython).each(Object.keys(STORAGES))(
  'has each file and each image once, with the bytes that the links give (%s)',
  async (name) => {
    const origin = await startOrigin({
      '/gone.jpg': { status: 404 },
      '/b.png': {
        body: await sharp(await photoJpeg(80, 60))
          .png()
          .toBuffer(),
      },
      '*': { body: await photoJpeg(160, 120) },
    });
    onTestFinished(() => origin.close());
    const service = await startService({ env: await STORAGES[name]!() });
    const url = (path: string) => origin.url + path;
    const csv = `${HEADER}1,../../etc/passwd,"${url('/a.jpg')},${url('/..%2f..%2fx.jpg')},${url('/a.jpg')}"\n2,/abs\\C:,${url('/b.png')}\n3,Lamp,"${url('/a.jpg')},${url('/gone.jpg')}"\n`;
    const layouts: [template: string | null, images: string[]][] = [
      [null, ['images/1-1-a.jpg', 'images/1-2-x.jpg', 'images/2-1-b.png']],
      [
        '{request_id}/{product}/n-{seq}',
        ['images/etc-passwd/n-1.jpg', 'images/etc-passwd/n-2.jpg', 'images/abs-C/n-4.png'],
      ],
      ['{request_id}/a/{seq}', ['images/a/1.jpg', 'images/a/2.jpg', 'images/a/4.png']],
    ];
    for (const [template, images] of layouts) {
      const id = await service.upload(csv, template === null ? {} : { key_template: template });
      expect(await service.ended(id)).toMatchObject({ images: { total: 6, processed: 5, failed: 1 } });
      const entries = await entriesOf(service, id);
      const files = ['output.csv', 'import.csv', 'report.csv', 'failed.csv'];
      expect(entries.map(([entry]) => entry)).toEqual([...files, ...images]);
      const results = await service.images(id);
      const links = [
        `${service.url}/output/${id}`,
        `${service.url}/import/${id}`,
        `${service.url}/report_csv/${id}`,
        `${service.url}/failed_csv/${id}`,
        ...[1, 2, 4].map((seq) => results[seq - 1]!.output_url!),
      ];
      const digests = await Promise.all(links.map(async (link) => sha256(await bytesAt(link))));
      expect(entries.map(([, digest]) => digest)).toEqual(digests);
      expect(digests.slice(4)).toEqual([1, 2, 4].map((seq) => results[seq - 1]!.sha256));
    }
    expect(await service.stop()).toBe(0);
  },
);

/** The files below a folder that a process has open. */
function openBelow(folder: string, pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return path.startsWith(folder) && path.endsWith('.jpg') ? [path] : [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

it('lets go of everything when its reader leaves in the middle, and ends a HEAD', async () => {
  const origin = await startOrigin({ '*': { body: await photoJpeg(64, 48) } });
  onTestFinished(() => origin.close());
  const service = await startService();
  const id = await service.upload(`${HEADER}1,A,"${origin.url}/1.jpg,${origin.url}/2.jpg"\n`);
  await service.ended(id);
  const folder = join(service.dataDir, 'files', id);
  // More than the buffers between a server and a reader that does not read.
  for (const name of ['1-1-1.jpg', '1-2-2.jpg']) writeFileSync(join(folder, name), Buffer.alloc(64 << 20, 7));
  for (let reader = 0; reader < 3; reader++) {
    const call = get(`${service.url}/zip/${id}`);
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    await once(answer, 'readable');
    await expect.poll(() => openBelow(folder, service.pid)).toEqual([join(folder, '1-1-1.jpg')]);
    call.on('error', () => {}).destroy();
    await expect.poll(() => openBelow(folder, service.pid), { timeout: 10_000 }).toEqual([]);
  }
  const head = await fetch(`${service.url}/zip/${id}`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/zip']);
  await expect.poll(() => openBelow(folder, service.pid), { timeout: 10_000 }).toEqual([]);

  // A result that is gone breaks the answer off: half a ZIP never looks like a whole one.
  writeFileSync(join(folder, '1-1-1.jpg'), 'x');
  rmSync(join(folder, '1-2-2.jpg'));
  await expect(bytesAt(`${service.url}/zip/${id}`)).rejects.toThrow('terminated');
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  expect(service.errors()).not.toMatch(/nhandled|"level":60/);
  expect(await service.stop()).toBe(0);
});

it('lets go of the storage when its reader leaves (S3)', async () => {
  const noise = await sharp({
    create: {
      width: 2_000,
      height: 2_000,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 80 },
    },
  })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const origin = await startOrigin({ '*': { body: noise } });
  onTestFinished(() => origin.close());
  const s3 = await startS3();
  const service = await startService({ env: { ...S3_ENV, STORAGE_URL: s3.storageUrl('shop') } });
  const id = await service.upload(`${HEADER}1,A,${origin.url}/1.jpg\n`, { quality: '100' });
  await service.ended(id);
  const [image] = await service.images(id);
  expect(image!.bytes_out).toBeGreaterThan(6 << 20);
  const reads = () =>
    s3.requests.filter(({ method, path }) => method === 'GET' && path.includes('1-1-1.jpg'));
  for (let reader = 1; reader <= 3; reader++) {
    const call = get(`${service.url}/zip/${id}`);
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    await once(answer, 'readable');
    await expect.poll(() => reads().filter(({ answered }) => answered === 200).length).toBe(reader);
    expect(s3.answering()).toBe(1);
    call.on('error', () => {}).destroy();
    await expect.poll(() => s3.answering(), { timeout: 10_000 }).toBe(0);
  }
  expect(service.errors()).not.toMatch(/nhandled|"level":[56]0/);
  expect(await service.stop()).toBe(0);
});
