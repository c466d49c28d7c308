// The page in a real browser, on the real program: from dropping a CSV to the downloaded output.csv.
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { startService } from './service.ts';

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const found = existsSync(CHROMIUM);
const skip = !found && process.env.REQUIRE_SERVICES !== '1';
const name = (text: string) => (skip ? `${text} (skipped: there is no ${CHROMIUM})` : text);

const HEADER = 'S. No.,Product Name,Input Image Urls,Note';

test.skipIf(skip)(name('a CSV dropped on the page comes back with its new column'), async () => {
  const { url } = await startService({ env: { WORKERS: '1' } });
  const origin = await startOrigin({
    '/one.jpg': { body: await photoJpeg(320, 240) },
    '/two.jpg': { body: await photoJpeg(200, 300) },
    '/three.jpg': { body: await photoJpeg(240, 240) },
  });
  onTestFinished(() => origin.close());
  const { page, faults } = await openPage(url);

  const bad = `${HEADER}\n1,,${origin.url}/one.jpg,\n2,Chair,chair,\n`;
  await drop(page, 'bad.csv', bad);
  const rows = page.locator('table.problems tbody tr');
  await rows.first().waitFor();
  expect(await rows.evaluateAll((list) => list.map((row) => row.getAttribute('data-code')))).toEqual([
    'empty_name',
    'invalid_url',
  ]);
  expect(await rows.nth(1).locator('td').allTextContents()).toEqual([
    '3',
    '2',
    'Input Image Urls',
    '"chair" is no http(s) URL',
  ]);
  const start = page.getByRole('button', { name: 'Start' });
  expect(await start.isDisabled()).toBe(true);

  const records = [
    `1,Mug,"${origin.url}/one.jpg, ${origin.url}/two.jpg",`,
    `2,"Lamp, green","${origin.url}/gone.jpg, ${origin.url}/three.jpg",keep  this `,
  ];
  await drop(page, 'good.csv', `${HEADER}\r\n${records.join('\r\n')}\r\n`);
  await page.getByText('2 products, 4 images').waitFor();
  await start.click();

  await page.getByRole('region', { name: 'Result', exact: true }).waitFor();
  const id = /#\/requests\/([0-9a-f-]{36})$/.exec(page.url())![1]!;
  const { images } = (await (await fetch(`${url}/status/${id}/images`)).json()) as {
    images: { output_url: string | null; error: { code: string } | null }[];
  };
  expect(images.map(({ error }) => error?.code ?? null)).toEqual([null, null, 'http_404', null]);
  const [one, two, , three] = images.map(({ output_url }) => output_url);
  const expected = [
    `${HEADER},Output Image Urls`,
    `${records[0]},"${one},${two}"`,
    `${records[1]},",${three}"`,
    '',
  ].join('\r\n');
  expect((await download(page, 'Output CSV')).toString()).toBe(expected);
  expect((await download(page, 'Failed CSV')).toString()).toContain(`${origin.url}/gone.jpg`);

  const failed = page.getByRole('region', { name: '1 image failed' }).locator('tbody td');
  expect((await failed.allTextContents()).slice(0, 3)).toEqual(['2', '1', `${origin.url}/gone.jpg`]);
  const pictures = await page.locator('.gallery img').all();
  expect(pictures.length).toBe(3);
  for (const picture of pictures) {
    await picture.scrollIntoViewIfNeeded();
    await picture.evaluate((image: { decode(): Promise<void> }) => image.decode());
  }

  await page.reload();
  await page.getByRole('heading', { name: 'good.csv' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('None yet').waitFor();
  expect((await fetch(`${url}/status/${id}`)).status).toBe(404);
  expect(faults).toEqual([]);
});

test.skipIf(skip)(name('a server with keys makes the page ask for one, and go on with it'), async () => {
  const { url } = await startService({ env: { WORKERS: '1', API_KEYS: 'shop:secret-of-the-shop' } });
  const origin = await startOrigin({ '/one.jpg': { body: await photoJpeg() } });
  onTestFinished(() => origin.close());
  // A browser reports every 401 on its console.
  const { page, faults } = await openPage(url, /status of 401/);
  const key = page.getByLabel('API key');
  await key.fill('not-the-key');
  await page.getByRole('button', { name: 'Use key' }).click();
  await page.getByText('The key was not accepted').waitFor();
  await key.fill('secret-of-the-shop');
  await page.getByRole('button', { name: 'Use key' }).click();
  await page.getByText('None yet').waitFor();

  await drop(page, 'one.csv', `${HEADER}\n1,Mug,${origin.url}/one.jpg,\n`);
  await page.getByText('1 product, 1 image').waitFor();
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('region', { name: 'Result', exact: true }).waitFor();
  const output = (await download(page, 'Output CSV')).toString();
  expect(output.split('\n')[0]).toBe(`${HEADER},Output Image Urls`);
  expect(output.split('\n')[1]).toMatch(
    new RegExp(`^1,Mug,${origin.url}/one.jpg,,${url}/files/\\S+\\.jpe?g$`),
  );
  expect(faults).toEqual([]);
});

/** Of what runs in the browser; the tests are typed for Node. */
interface BrowserGlobals {
  DataTransfer: new () => { items: { add(file: File): void } };
}

/** A page with everything that must not happen on it: errors, broken policies, calls to other hosts. */
async function openPage(url: string, expected?: RegExp): Promise<{ page: Page; faults: string[] }> {
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() !== 'log' && !expected?.test(text)) faults.push(text);
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !address.startsWith('blob:')) faults.push(`asked ${address}`);
  });
  await page.goto(`${url}/`);
  return { page, faults };
}

async function drop(page: Page, fileName: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([name, content]) => {
      const { DataTransfer } = globalThis as unknown as BrowserGlobals;
      const transfer = new DataTransfer();
      transfer.items.add(new File([content!], name!, { type: 'text/csv' }));
      return transfer;
    },
    [fileName, text],
  );
  await page.dispatchEvent('.drop', 'drop', { dataTransfer });
}

async function download(page: Page, link: string): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: link }).click(),
  ]);
  return readFileSync(await file.path());
}
