// The page in a real browser, on the real program: from dropping a CSV to the downloaded output.csv.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { download, drop, HEADER, named, openPage, resultOf, seen, skip } from './browser.ts';
import { startService } from './service.ts';

const MAX_SCRIPT_BYTES = 150_000;
const COUNT_CLICKS = `
  sessionStorage.clicks ??= 0;
  addEventListener('pointerdown', () => sessionStorage.clicks++, true);`;

test.skipIf(skip)(named('a CSV dropped on the page comes back with its new column'), async () => {
  const { url } = await startService({ env: { WORKERS: '1' } });
  const origin = await startOrigin({
    '/one.jpg': { body: await photoJpeg(320, 240) },
    '/two.jpg': { body: await photoJpeg(200, 300) },
    '/three.jpg': { body: await photoJpeg(240, 240) },
  });
  onTestFinished(() => origin.close());
  const { page, faults } = await openPage(url, { first: COUNT_CLICKS });

  const bad = `${HEADER}\n1,,${origin.url}/one.jpg,\n2,Chair,chair,\n`;
  await drop(page, 'bad.csv', bad);
  const rows = page.locator('table.problems tbody tr');
  await rows.first().waitFor();
  expect(await rows.evaluateAll((list) => list.map((row) => row.getAttribute('data-code')))).toEqual([
    'empty_name',
    'invalid_url',
  ]);
  expect(await rows.nth(0).locator('th').allTextContents()).toEqual(['Row 2']);
  expect(await rows.nth(1).locator('th, td').allTextContents()).toEqual([
    'Row 3, Chair',
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
  const preview = page.getByRole('region', { name: 'The first rows of the file' }).locator('tbody tr');
  expect(await preview.first().locator('th, td').allTextContents()).toEqual([
    '2',
    '1',
    'Mug',
    `${origin.url}/one.jpg, ${origin.url}/two.jpg`,
    '',
  ]);
  expect(await page.locator('.recognised').textContent()).toBe(
    'Image column found by its name: Input Image Urls. ',
  );
  await start.click();

  await resultOf(page).waitFor();
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
  const save = (name: string) => download(page, () => page.getByRole('link', { name }).click());
  expect((await save('Your file with new columns')).toString()).toBe(expected);
  // Start, and the file; four would be allowed.
  expect(await page.evaluate('sessionStorage.clicks')).toBe('2');
  expect((await save('Failed rows')).toString()).toContain(`${origin.url}/gone.jpg`);

  const failures = page.getByRole('region', { name: '1 image failed' });
  const reason = failures.locator('summary');
  expect(await reason.locator('.tally, code, .fixer').allTextContents()).toEqual([
    '1',
    'http_404',
    'You, in the sheet',
  ]);
  await reason.click();
  await failures.locator('.virtual-item .url').waitFor();
  expect(await failures.locator('.virtual-item .url').allTextContents()).toEqual([`${origin.url}/gone.jpg`]);
  expect(await page.locator('.shares').first().locator('tbody th').allTextContents()).toEqual([
    `127.0.0.1:${origin.port}4 images, 1 failed`,
  ]);
  expect(await seen(page, '.gallery img')).toBe(3);

  await page.locator('.gallery button').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.compare-canvas .over').waitFor();
  expect(await seen(page, '.compare-canvas img')).toBe(2);
  await dialog.getByRole('button', { name: '200 %' }).click();
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByText('2 of 3').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await page.reload();
  await page.getByRole('heading', { name: 'good.csv' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('None yet').waitFor();
  expect((await fetch(`${url}/status/${id}`)).status).toBe(404);
  expect(faults).toEqual([]);
});

test.skipIf(skip)(
  named('a preview shows before and after at the settings, before anything is started'),
  async () => {
    const { url, json } = await startService({ env: { WORKERS: '1' } });
    const origin = await startOrigin({ '/one.jpg': { body: await photoJpeg(320, 240) } });
    onTestFinished(() => origin.close());
    const { page, faults } = await openPage(url, { expected: /status of 422/ });
    await drop(
      page,
      'artikel.csv',
      `Nr;Artikel;Bilder\n1;Tasse;${origin.url}/one.jpg\n2;Lampe;${origin.url}/gone.jpg\n`,
    );
    await page.getByText('2 products, 2 images').waitFor();
    await page.locator('.preview-verdict b').waitFor();
    expect(await seen(page, '.preview .compare-canvas img')).toBe(2);
    const light = await page.locator('.compare-note.right').textContent();
    await page.getByRole('slider', { name: 'Quality' }).fill('90');
    await expect.poll(() => page.locator('.compare-note.right').textContent()).not.toBe(light);
    await page.getByRole('button', { name: 'Try another' }).click();
    await page.getByText('There is nothing at this address.').waitFor();
    expect(await json('/requests')).toEqual({ requests: [], next: null });
    expect(faults).toEqual([]);
  },
);

test.skipIf(skip)(named('a server with keys makes the page ask for one, and go on with it'), async () => {
  const { url } = await startService({ env: { WORKERS: '1', API_KEYS: 'shop:secret-of-the-shop' } });
  const origin = await startOrigin({ '/one.jpg': { body: await photoJpeg() } });
  onTestFinished(() => origin.close());
  // A browser reports every 401 on its console.
  const { page, faults } = await openPage(url, { expected: /status of 401/ });
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
  await resultOf(page).waitFor();
  const output = await download(page, () =>
    page.getByRole('link', { name: 'Your file with new columns' }).click(),
  );
  const [header, first] = output.toString().split('\n');
  expect(header).toBe(`${HEADER},Output Image Urls`);
  expect(first).toMatch(new RegExp(`^1,Mug,${origin.url}/one.jpg,,${url}/files/\\S+\\.jpe?g$`));
  await page.locator('.gallery button').click();
  await page.locator('.compare-canvas .over').waitFor();
  expect(await seen(page, '.compare-canvas img')).toBe(2);
  expect(faults).toEqual([]);
});

test.skipIf(skip)(named('results that live on another host are shown through this one'), async () => {
  const service = await startService({
    env: { WORKERS: '1', PUBLIC_URL: 'https://images.shop.example', ALLOW_PRIVATE_NETWORKS: 'true' },
  });
  const origin = await startOrigin({ '/one.jpg': { body: await photoJpeg() } });
  onTestFinished(() => origin.close());
  const id = await service.upload(`${HEADER}\n1,Mug,${origin.url}/one.jpg,\n`);
  await service.ended(id);
  const { page, faults } = await openPage(service.url, { path: `#/requests/${id}` });
  await page.locator('.gallery img').waitFor();
  expect(await page.locator('.gallery img').getAttribute('src')).toBe(
    `${service.url}/status/${id}/images/1/result`,
  );
  expect(await seen(page, '.gallery img')).toBe(1);
  expect(faults).toEqual([]);
});

test.skipIf(skip)(named('the whole way by keyboard alone'), async () => {
  const { url } = await startService({ env: { WORKERS: '1' } });
  const origin = await startOrigin({ '/one.jpg': { body: await photoJpeg() } });
  onTestFinished(() => origin.close());
  const { page, faults } = await openPage(url);
  const tabTo = async (text: string) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const at = (await page.evaluate(
        'document.activeElement === document.body ? "" : document.activeElement.textContent + document.activeElement.type',
      )) as string;
      if (at.includes(text)) return;
    }
    throw new Error(`Tab never reaches ${text}`);
  };
  // Asked for well before: a chooser that opens earlier than the browser was told of our interest is never heard of.
  const choosing = page.waitForEvent('filechooser');
  await tabTo('file');
  await page.keyboard.press('Enter');
  const chooser = await choosing;
  await chooser.setFiles({
    name: 'one.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${HEADER}\n1,Mug,${origin.url}/one.jpg,\n`),
  });
  await page.getByText('1 product, 1 image').waitFor();
  await tabTo('Start');
  await page.keyboard.press('Enter');
  await resultOf(page).waitFor();
  await tabTo('Your file with new columns');
  const output = await download(page, () => page.keyboard.press('Enter'));
  expect(output.toString()).toContain('/files/');
  expect(faults).toEqual([]);
});

test('the page is light itself', async () => {
  const page = new URL('../../dist/web/', import.meta.url);
  const html = readFileSync(new URL('index.html', page), 'utf8');
  const scripts = [...html.matchAll(/<(?:script|link)[^>]+(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)];
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.reduce(
    (sum, [, path]) => sum + gzipSync(readFileSync(new URL(path!, page))).length,
    0,
  );
  expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES);
});
