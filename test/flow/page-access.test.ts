// Every view of the page for everybody: axe in both themes, long words on a narrow screen.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { drop, gate, HEADER, named, openPage, resultOf, skip } from './browser.ts';
import { startService } from './service.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** As long as the words of an interface get; those of data get longer. */
const WORD = 'Benachrichtigungen';
const LONG_WORD = 'Produktdatenverarbeitungsbezeichnung';

interface Finding {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** What axe finds on the page as it is now. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`,
  )) as { violations: Finding[] };
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}

/** Every text made longer by a long word, as other languages have them; then nothing may stick out. */
async function overflow(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { currentNode } = walker;
      if (!currentNode.parentElement.closest('svg, option, script, .brand') && /[a-z]{4}/i.test(currentNode.data))
        currentNode.data += ' ${WORD}';
    }
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')]
      .filter((element) => !element.closest('.scroll, .example') && element.getBoundingClientRect().right > width + 1)
      .map((element) => element.outerHTML.slice(0, 120));
  })()`)) as string[];
}

/** The views, and how to come to them. */
async function* views(page: Page, of: Awaited<ReturnType<typeof startWorld>>): AsyncGenerator<string> {
  const go = async (hash: string) => {
    await page.goto(`${of.url}/${hash}`);
    await page.reload();
  };
  await go('#/');
  await page.getByText('Every line is checked').waitFor();
  yield 'start, empty';
  await drop(page, 'bad.csv', `${HEADER}\n1,,${of.origin}/one.jpg,\n2,Chair,chair,\n`);
  await page.locator('.problems').waitFor();
  yield 'start, problems';
  await drop(page, 'open.csv', `Nr,${LONG_WORD},B\n1,${of.origin}/a,${of.origin}/b\n`);
  await page.getByRole('checkbox', { name: LONG_WORD }).waitFor();
  await page.locator('.further summary').click();
  yield 'start, columns';
  await drop(page, 'paths.csv', `Nr,${LONG_WORD}\n1,one.jpg\n2,two.jpg\n`);
  await page.getByLabel('Address in front of them').waitFor();
  yield 'start, paths';
  await drop(page, 'magento.csv', of.magento);
  await page.locator('details.note summary').click();
  await page.locator('.columns > summary').click();
  yield 'start, warnings';
  await drop(page, `${LONG_WORD}.csv`, of.csv);
  await page.locator('.compare-canvas .over').waitFor();
  await page.locator('.more summary').click();
  yield 'start, checked';
  await go(`#/requests/${of.running}`);
  await page.getByRole('region', { name: 'Progress' }).waitFor();
  yield 'progress';
  await go(`#/requests/${of.ended}`);
  await resultOf(page).waitFor();
  await page.locator('.group summary').first().click();
  await page.locator('.failed-list li').first().waitFor();
  await page.locator('.spread .value').first().waitFor();
  await page.locator('.gallery img').first().waitFor();
  await page.getByText('was delivered').waitFor();
  yield 'result';
  await page.locator('.gallery button').first().click();
  await page.locator('.compare-canvas .over').waitFor();
  yield 'picture';
  await go(`#/requests/${of.broken}`);
  await resultOf(page).waitFor();
  yield 'result, nothing';
  await go('#/requests');
  await page.locator('.request-table').waitFor();
  yield 'requests';
  await page.getByLabel('File name or id').fill('no such request');
  await page.getByText('No request is like that').waitFor();
  yield 'requests, none';
  await go('#/requests/missing');
  await page.getByRole('heading', { name: 'This request is not here' }).waitFor();
  yield 'missing';
}

async function startWorld() {
  const jpeg = await photoJpeg(320, 240);
  const held = gate();
  const origin = await startOrigin({
    '/one.jpg': { body: jpeg },
    '/held.jpg': async (_request, response) => {
      await held.passed;
      response.end(jpeg);
    },
  });
  onTestFinished(() => origin.close());
  onTestFinished(held.open);
  const service = await startService({ env: { WORKERS: '1' } });
  const csv = `${HEADER}\n1,${LONG_WORD} Mug,"${origin.url}/one.jpg,${origin.url}/gone.jpg",\n`;
  const ended = await service.upload(csv, { webhook_url: `${service.url}/webhook` });
  const broken = await service.upload(`${HEADER}\n1,Mug,${origin.url}/gone.jpg,\n`);
  await service.ended(ended);
  await service.ended(broken);
  const running = await service.upload(`${HEADER}\n1,Mug,"${origin.url}/one.jpg,${origin.url}/held.jpg",\n`);
  await service.until(running, ({ images }) => images.processed === 1);
  const magento = [
    'sku,store_view_code,product_type,base_image,additional_images,url_key',
    `${LONG_WORD},,simple,${origin.url}/one-150x150.jpg,see the folder,${origin.url}/page`,
    '',
  ].join('\n');
  return { url: service.url, origin: origin.url, csv, magento, ended, broken, running };
}

const VIEWS = 13;

for (const theme of ['light', 'dark']) {
  test.skipIf(skip)(named(`axe finds nothing on any view, ${theme}`), async () => {
    const world = await startWorld();
    const { page, faults } = await openPage(world.url, { dark: theme === 'dark', expected: /status of 404/ });
    const found: Record<string, string[]> = {};
    for await (const view of views(page, world)) found[view] = await findings(page);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((view) => [view, []])));
    expect(Object.keys(found).length).toBe(VIEWS);
    expect(faults).toEqual([]);
  });
}

test.skipIf(skip)(named('long words stay inside on a telephone'), async () => {
  const world = await startWorld();
  const { page } = await openPage(world.url, { width: 360 });
  const found: Record<string, string[]> = {};
  for await (const view of views(page, world)) {
    const sticking = await overflow(page);
    if (sticking.length > 0) found[view] = sticking;
    // The texts were changed under the page's hands.
    await page.reload();
    if (view === 'result') await page.locator('.gallery img').first().waitFor();
  }
  expect(found).toEqual({});
});

test.skipIf(skip)(named('the form for the key has no finding either'), async () => {
  const { url } = await startService({ env: { WORKERS: '0', API_KEYS: 'shop:secret-of-the-shop' } });
  const { page } = await openPage(url, { expected: /status of 401/ });
  await page.getByLabel('API key').waitFor();
  expect(await findings(page)).toEqual([]);
});
