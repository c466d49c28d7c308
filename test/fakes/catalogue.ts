// The example catalogue, its images served on a free port until the test ends.
import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { startOrigin } from './origin.ts';

const CATALOGUE = new URL('../../examples/catalogue/', import.meta.url);

/** Resolves to products.csv with the addresses of its images as they are now served. */
export async function catalogueFor(): Promise<string> {
  const images = readdirSync(new URL('images/', CATALOGUE)).map((name) => [
    `/images/${name}`,
    { body: readFileSync(new URL(`images/${name}`, CATALOGUE)) },
  ]);
  const origin = await startOrigin(Object.fromEntries(images));
  onTestFinished(() => origin.close());
  return readFileSync(new URL('products.csv', CATALOGUE), 'utf8').replaceAll(
    'http://localhost:8001',
    origin.url,
  );
}
