// Makes the pictures of the page in docs/images/ (`npm run screenshots`): starts the program on an empty data folder, serves
// the example catalogue, and does in Chromium what a user does. Another folder as argument leaves docs/ as it is.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { startOrigin } from '../examples/serve-catalogue.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = process.argv[2] ?? join(root, 'docs/images');
const folder = mkdtempSync(join(tmpdir(), 'halve-screenshots-'));
mkdirSync(out, { recursive: true });

const origin = await startOrigin(0);
const host = `localhost:${origin.port}`;
const csv = readFileSync(join(root, 'examples/catalogue/products.csv'), 'utf8').replaceAll(
  'localhost:8001',
  host,
);
/** The same with what goes wrong in life. */
const worn = csv
  .replace('mug-sand.jpg', 'mug-sand-old.jpg')
  .replace('lamp-green.jpg', 'lamp-gruen.jpg')
  .replace(`http://${host}/images/sneaker-black.png`, 'http://shop.invalid/images/sneaker-black.png');

const child = spawn(
  process.execPath,
  [join(root, 'bin/halve'), 'serve', '--port', '0', '--data-dir', folder],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'warn', FETCH_ATTEMPTS: '1' },
  },
);
const url = await new Promise((resolve, reject) => {
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const address = /listening on (http:\S+)/.exec(text)?.[1];
    if (address) resolve(address);
  });
  child.once('exit', (code) => reject(new Error(`halve ended with ${code}`)));
});
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});

async function open({ width = 1240, height = 900, dark = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function choose(page, text, name = 'products.csv') {
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: Buffer.from(text) });
}

async function start(page) {
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('region', { name: 'Result', exact: true }).waitFor({ timeout: 60_000 });
  await settled(page);
}

/** All pictures that are in sight are there. */
async function settled(page) {
  await page.waitForLoadState('networkidle');
  const inSight = (image) => image.getBoundingClientRect().top < innerHeight;
  await page.waitForFunction(
    `[...document.images].filter(${inSight}).every((image) => image.complete)`,
    undefined,
    { timeout: 20_000 },
  );
}

async function shoot(page, name, options = {}) {
  await settled(page);
  const path = join(out, `${name}.webp`);
  await sharp(await page.screenshot(options))
    .webp({ quality: 84 })
    .toFile(path);
  console.log(`${path} ${Math.round(statSync(path).size / 1000)} kB`);
}

try {
  const light = await open();
  await choose(light, csv);
  await light.getByText('lighter', { exact: false }).last().waitFor();
  await light.locator('.preview-verdict b').waitFor({ timeout: 30_000 });
  await shoot(light, 'page-start');
  await start(light);
  await light.setViewportSize({ width: 1240, height: 1500 });
  await shoot(light, 'page-result');
  await light.setViewportSize({ width: 1240, height: 900 });
  await light.getByRole('button', { name: 'As in the file' }).click();
  await light.locator('.tile button').nth(3).click();
  await light.locator('.compare-canvas .over').waitFor();
  await shoot(light, 'page-compare');

  const dark = await open({ dark: true });
  await choose(dark, worn, 'products-winter.csv');
  await start(dark);
  await dark.setViewportSize({ width: 1240, height: 1250 });
  await dark.locator('.group summary').first().click();
  await dark.locator('.failed-list li').first().waitFor();
  await shoot(dark, 'page-failures-dark');

  const phone = await open({ width: 390, height: 844 });
  await phone.goto(light.url());
  await phone.getByRole('region', { name: 'Result', exact: true }).waitFor();
  await shoot(phone, 'page-phone');
} finally {
  await browser.close();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  await origin.close();
  rmSync(folder, { recursive: true, force: true });
}
