// Long lists on the page: of thousands of images only what is in sight is in the document.
import type { Locator } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { HEADER, named, openPage, skip } from './browser.ts';
import { startService } from './service.ts';

const ROWS = 5_000;

interface Scrolling {
  scrollTo(x: number, y: number): void;
  scrollHeight: number;
}

const scroll = (box: Locator, share: number) =>
  box.evaluate((element: Scrolling, at) => element.scrollTo(0, element.scrollHeight * at), share);

test.skipIf(skip)(
  named('5,000 pictures and 5,000 failures scroll, with few of them in the document'),
  async () => {
    const jpeg = await photoJpeg(64, 64);
    const origin = await startOrigin({ '/1.jpg': { body: jpeg }, '/2.jpg': { body: jpeg } });
    onTestFinished(() => origin.close());
    const service = await startService({ env: { WORKERS: '1' } });
    const rows = Array.from({ length: ROWS }, (_, index) => {
      const urls = `${origin.url}/${1 + (index % 2)}.jpg,${origin.url}/gone-${index % 3}.jpg`;
      return `${index + 1},Product ${index + 1},"${urls}",`;
    });
    const id = await service.upload(`${HEADER}\n${rows.join('\n')}\n`);
    await service.ended(id);
    const { page, faults } = await openPage(service.url, { path: `#/requests/${id}` });

    await page.getByRole('button', { name: 'As in the file' }).click();
    const gallery = page.getByRole('region', { name: 'Pictures', exact: true }).last();
    const tiles = gallery.locator('li');
    await tiles.first().getByText('Product 1', { exact: true }).waitFor();
    expect(await tiles.first().getAttribute('aria-setsize')).toBe(String(2 * ROWS));
    expect(await tiles.count()).toBeLessThan(120);
    await scroll(gallery, 1);
    await gallery.getByText(`Product ${ROWS}`, { exact: true }).first().waitFor();
    expect(await tiles.last().getAttribute('aria-posinset')).toBe(String(2 * ROWS));
    expect(await tiles.count()).toBeLessThan(120);
    await scroll(gallery, 0.5);
    await gallery
      .getByText(`Product ${ROWS / 2}`, { exact: true })
      .first()
      .waitFor();

    const failures = page.getByRole('region', { name: '5,000 images failed' });
    expect(await failures.locator('.tally').allTextContents()).toEqual(['5,000']);
    await failures.locator('summary').click();
    const list = page.getByRole('region', { name: 'Images with http_404' });
    const failed = list.locator('li');
    await failed.first().getByText('Product 1', { exact: true }).waitFor();
    // The cursor of each page is in the page before: the end comes nearer with each time it is reached.
    await expect
      .poll(
        async () => {
          await scroll(list, 1);
          return failed.last().getAttribute('aria-posinset');
        },
        { timeout: 60_000 },
      )
      .toBe(String(ROWS));
    await failed.last().getByText(`Product ${ROWS}`, { exact: true }).waitFor();
    expect(await failed.count()).toBeLessThan(60);
    expect(faults).toEqual([]);
  },
);

test.skipIf(skip)(named('requests are found by name and state, page after page'), async () => {
  const origin = await startOrigin({ '/1.jpg': { body: await photoJpeg(32, 32) } });
  onTestFinished(() => origin.close());
  const service = await startService({ env: { WORKERS: '1' } });
  const ids: string[] = [];
  for (let count = 1; count <= 55; count++) {
    const form = new FormData();
    const url = count === 1 ? `${origin.url}/gone.jpg` : `${origin.url}/1.jpg`;
    form.set(
      'file',
      new Blob([`${HEADER}\n1,Mug,${url},\n`], { type: 'text/csv' }),
      `Winter 100%-${count}.csv`,
    );
    const { request_id } = await service.json<{ request_id: string }>('/upload', {
      method: 'POST',
      body: form,
    });
    ids.push(request_id);
  }
  for (const id of ids) await service.ended(id);

  const { page, faults } = await openPage(service.url, { path: '#/requests' });
  const rows = page.locator('.request-table tbody tr');
  await expect.poll(() => rows.count()).toBe(50);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => rows.count()).toBe(55);
  const search = page.getByLabel('File name or id');
  await search.fill('WINTER 100%-5');
  await expect.poll(() => rows.count()).toBe(7);
  await search.fill('winter_');
  await page.getByText('No request is like that').waitFor();
  await search.fill(ids[3]!.slice(0, 13));
  await expect.poll(() => rows.locator('a').allTextContents()).toEqual(['Winter 100%-4.csv']);
  await search.fill('');
  await page.getByLabel('State').selectOption('failed');
  await expect.poll(() => rows.locator('a').allTextContents()).toEqual(['Winter 100%-1.csv']);
  await rows.getByRole('link').click();
  await page.getByRole('heading', { name: 'Winter 100%-1.csv' }).waitFor();
  await page.getByText('could be processed: 1 image failed').waitFor();
  expect(faults).toEqual([]);
});
