// Debian's Chromium on the page: what the page tests share.
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

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
export const skip = !found && process.env.REQUIRE_SERVICES !== '1';
export const named = (text: string) => (skip ? `${text} (skipped: there is no ${CHROMIUM})` : text);

export const HEADER = 'S. No.,Product Name,Input Image Urls,Note';

export interface PageOptions {
  /** Where to go on the server, with its hash. */
  path?: string;
  /** What the browser may report on its console, such as the 404 of a missing request. */
  expected?: RegExp;
  dark?: boolean;
  width?: number;
  /** Runs in the page before anything else. */
  first?: string;
}

/** A page with everything that must not happen on it: errors, broken policies, calls to other hosts. */
export async function openPage(
  url: string,
  options: PageOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1240, height: 900 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(45_000);
  if (options.first) await page.addInitScript(options.first);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() !== 'log' && !options.expected?.test(text)) faults.push(text);
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !address.startsWith('blob:')) faults.push(`asked ${address}`);
  });
  await page.goto(`${url}/${options.path ?? ''}`);
  return { page, faults };
}

/** Of what runs in the browser; the tests are typed for Node. */
interface BrowserGlobals {
  DataTransfer: new () => { items: { add(file: File): void } };
}

export async function drop(page: Page, fileName: string, text: string): Promise<void> {
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

/** Chooses a file by its field; bytes, so that any encoding can be had. */
export async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer });
}

export async function download(page: Page, start: () => Promise<void>): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), start()]);
  return readFileSync(await file.path());
}

export const resultOf = (page: Page) => page.getByRole('region', { name: 'Result', exact: true });

/** Waits until every picture in the list can be seen. */
export async function seen(page: Page, pictures: string): Promise<number> {
  const all = await page.locator(pictures).all();
  for (const picture of all) {
    await picture.scrollIntoViewIfNeeded();
    await picture.evaluate((image: { decode(): Promise<void> }) => image.decode());
  }
  return all.length;
}

/** A promise that is kept from outside. */
export function gate(): { open: () => void; passed: Promise<void> } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}
