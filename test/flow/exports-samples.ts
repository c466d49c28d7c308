// The samples in test/fixtures/exports: what each holds, and how they are served.
import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { type Origin, startOrigin } from '../fakes/origin.ts';

const FIXTURES = new URL('../fixtures/exports/', import.meta.url);
const IMAGES = new URL('../../examples/catalogue/images/', import.meta.url);
/** Where the addresses in the samples lead. */
const WRITTEN_HOST = 'http://localhost:18441';

export interface Sample {
  profile: string | null;
  /** Columns with pictures, by their number from 1. */
  columns: number[];
  images: number;
  /** The first product's name, as report.csv has it. */
  name: string;
  delimiter?: string;
  /** Whether quotes mean nothing in it. */
  unquoted?: true;
  /** Row of the header, where it is not the first; 0: there is none. */
  header?: number;
  encoding?: string;
  /** What the paths in it hang under, behind the origin's host: sent as base_url. */
  base?: string;
  warnings?: string[];
}

const sample = (
  profile: string | null,
  columns: number[],
  images: number,
  name: string,
  more = {},
): Sample => ({
  profile,
  columns,
  images,
  name,
  ...more,
});

/** Each is uploaded as it is, with no option but those that are named here. */
export const SAMPLES: Record<string, Sample> = {
  'shopify-new.csv': sample('shopify_new', [37, 40], 4, 'stoneware-mug', { warnings: ['same_url'] }),
  'matrixify-Products.csv': sample('matrixify_products', [12, 21], 4, 'desk-lamp', {
    warnings: ['same_url', 'adds_pictures'],
  }),
  'woocommerce-de.csv': sample(null, [20], 3, 'Becher „Ozean“'),
  'woocommerce-fr.csv': sample(null, [16], 3, 'Lampe d’atelier'),
  'google-feed.txt': sample('google_feed', [5, 6], 4, '12" Desk "Arc" Lamp', {
    delimiter: '\t',
    unquoted: true,
    warnings: ['links_must_live', 'formats'],
  }),
  'meta-catalogue.csv': sample('meta_catalogue', [8, 16], 5, 'Stoneware Mug', {
    header: 2,
    warnings: ['links_must_live', 'formats'],
  }),
  'magento2.csv': sample('magento2', [11, 13, 15, 17, 21], 5, 'CH', {
    base: '/media',
    warnings: ['formats'],
  }),
  'prestashop-import.csv': sample('prestashop_import', [7], 2, 'Tasse en grès', {
    delimiter: ';',
    warnings: ['adds_pictures'],
  }),
  'opencart-csvpricepro.csv': sample('opencart_csvpricepro', [8, 9], 3, 'Кружка', {
    delimiter: ';',
    encoding: 'windows-1251',
    base: '/image/',
    warnings: ['files_only'],
  }),
  'opencart-export-import.csv': sample(null, [7], 2, 'Mug', { base: '/image/' }),
  'bigcommerce-v2.csv': sample('bigcommerce_v2', [12, 17, 21], 4, 'Stoneware Mug', { warnings: ['formats'] }),
  'bigcommerce-v3.csv': sample('bigcommerce_v3', [11, 12, 13], 3, '900', {
    warnings: ['write_to', 'formats'],
  }),
  'ecwid.csv': sample('ecwid', [8, 10, 12], 4, 'Stoneware Mug', {
    warnings: ['deletes_unlisted', 'keep_columns'],
  }),
  'squarespace.csv': sample('squarespace', [13], 4, 'Stoneware Mug', {
    warnings: ['picture_ending', 'keep_columns'],
  }),
  'wix-v1.csv': sample('wix', [5], 3, 'product_01', { base: '/wix/' }),
  'wix-v3.csv': sample('wix_v3', [6], 2, 'mug'),
  'amazon-de.txt': sample('amazon_flatfile', [5, 6, 7, 8], 3, 'Becher – Ozean, groß', {
    delimiter: '\t',
    header: 3,
    warnings: ['formats'],
  }),
  'amazon-jp.txt': sample('amazon_flatfile', [4, 5], 2, 'マグカップ 海', {
    delimiter: '\t',
    header: 3,
    encoding: 'Shift_JIS',
    warnings: ['formats'],
  }),
  'amazon-listings.csv': sample('amazon_listings', [4, 5, 6], 2, 'Becher, Ozean', {
    header: 5,
    warnings: ['formats'],
  }),
  'ebay-fileexchange.csv': sample('ebay_fileexchange', [7], 5, 'Becher', { delimiter: ';' }),
  'ebay-drafts.csv': sample('ebay_drafts', [7], 2, 'Becher', { delimiter: ';', header: 4 }),
  'etsy.csv': sample('etsy', [8, 9, 10, 11, 12, 13, 14, 15, 16, 17], 3, 'Stoneware Mug, ocean'),
  'airtable.csv': sample(null, [3], 2, 'Mug', { warnings: ['links_expire'] }),
  'sheets-formula.csv': sample(null, [3], 2, 'Mug'),
  'excel-hyperlink-de.csv': sample(null, [2], 2, 'Becher', { delimiter: ';' }),
  'json-arrays.csv': sample(null, [3], 3, 'Mug'),
  'salsify.csv': sample(null, [3, 4, 5, 6], 5, 'Mug'),
  'supplier-de.csv': sample(null, [4, 5, 6], 3, 'Becher "Ozean", groß', { delimiter: ';', header: 4 }),
  'supplier-fr.csv': sample(null, [4, 5], 4, 'Tasse en grès', { delimiter: ';' }),
  'supplier-es.csv': sample(null, [4, 5], 3, 'Taza de gres, océano', { delimiter: ';' }),
  'supplier-ja.csv': sample(null, [5, 6], 2, 'マグカップ 能登', { encoding: 'Shift_JIS' }),
  'supplier-zh.csv': sample(null, [4, 5], 4, '陶瓷杯，海洋', { encoding: 'GBK' }),
  'supplier-ru.csv': sample(null, [4], 2, 'Кружка керамическая', {
    delimiter: ';',
    encoding: 'windows-1251',
  }),
  'supplier-pl-utf16.txt': sample(null, [3, 4], 3, 'Kubek „Ocean” – żółty', { delimiter: '\t' }),
  'numbered.csv': sample(null, [4, 5, 6, 7, 8], 3, 'Mug'),
  'labels-below.csv': sample(null, [3, 4], 3, 'Mug'),
  'header-repeated.csv': sample(null, [3, 4], 4, 'Mug'),
  'title-rows.csv': sample(null, [5], 2, 'Mug, ocean', { header: 5 }),
  'cr-only.csv': sample(null, [3], 2, 'Mug'),
  'tab-quotes.txt': sample(null, [4, 5], 3, '5" pipe "long', { delimiter: '\t', unquoted: true }),
  'attribute-dump.csv': sample(null, [6, 7], 2, 'Mug', { delimiter: ';', base: '/' }),
  'base64.csv': sample(null, [3], 2, 'Mug', { warnings: ['embedded_pictures', 'embedded_picture'] }),
  'html-description.csv': sample(null, [4], 2, 'Mug'),
  'html-pictures.csv': sample(null, [2], 2, 'Mug', { warnings: ['thumbnail'] }),
  'no-header.csv': sample(null, [4], 2, 'Mug', { header: 0, warnings: ['no_header'] }),
  'sep-line.csv': sample(null, [2], 2, 'Mok, groot', { delimiter: ';', header: 2 }),
  'one-latin1-byte.csv': sample(null, [3], 4, 'Müsli-Schale', { warnings: ['mixed_encoding'] }),
  'names-mac.csv': sample(null, [3], 2, 'Müsli-Schale „groß“', { encoding: 'macintosh' }),
};

/** Each is refused; the message names these columns, the ones with web addresses, and url_column. */
export const REFUSED: Record<string, { columns: string[]; encoding?: string }> = {
  'refused-link.csv': { columns: ['Link'] },
  'refused-two.csv': { columns: ['url', 'canonical'] },
  'refused-unnamed.csv': { columns: ['A', 'B'] },
  'refused-pdf.csv': { columns: ['Produktseite'] },
  'refused-html.csv': { columns: ['Shop link'] },
  'refused-ru.csv': { columns: ['Ссылка', 'Сайт производителя'], encoding: 'windows-1251' },
};

export const sampleNames = (): string[] => readdirSync(FIXTURES).sort();

const isWide = (bytes: Buffer): boolean => bytes[0] === 0xff && bytes[1] === 0xfe;
/** A file's bytes as text that turns back into them. */
export const asText = (bytes: Buffer): string => bytes.toString(isWide(bytes) ? 'utf16le' : 'latin1');

/** A sample's bytes, with addresses that lead to the origin. */
export function sampleFor({ url }: Origin, name: string): Buffer {
  const bytes = readFileSync(new URL(name, FIXTURES));
  const escaped = (host: string) => host.replaceAll('/', '\\/');
  const text = asText(bytes).replaceAll(WRITTEN_HOST, url).replaceAll(escaped(WRITTEN_HOST), escaped(url));
  return Buffer.from(text, isWide(bytes) ? 'utf16le' : 'latin1');
}

/** Serves the example images at every path that ends in the name of one, and nothing else. Until the test ends. */
export async function startImages(): Promise<Origin> {
  const images = new Map(
    readdirSync(IMAGES).map((name) => [name, readFileSync(new URL(name, IMAGES))] as const),
  );
  const origin = await startOrigin({
    '*': ({ url = '' }, response) => {
      const image = images.get(url.split('?')[0]!.split('/').at(-1)!);
      response.writeHead(image ? 200 : 404).end(image);
    },
  });
  onTestFinished(() => origin.close());
  return origin;
}
