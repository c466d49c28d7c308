// Files of shops on the page: what it says it recognised, what can be changed with a click, and the file to import again.
import { expect, onTestFinished, test } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { choose, download, named, openPage, resultOf, skip } from './browser.ts';
import { startService } from './service.ts';

const FEED_NOTE =
  'The feed is read again and again: the new URLs must stay reachable, so store the results for good.';

interface Layout {
  name: string;
  file: string;
  /** With `ORIGIN` for the address of the pictures. */
  text: string;
  encode?: (text: string) => Buffer;
  recognised: string;
  counts: string;
  notes: string[];
  marked: string[];
  named: string[];
  rows: string[];
  download: string;
}

const LAYOUTS: Layout[] = [
  {
    name: 'Shopify',
    file: 'products_export.csv',
    text: [
      'Title,URL handle,Vendor,Product image URL,Image position,Variant image URL',
      'Mug,mug,Kiln,ORIGIN/1.jpg?v=1,1,ORIGIN/2.jpg',
      ',mug,,ORIGIN/2.jpg,2,',
      ',mug,,,,',
      '"Lamp, green",lamp,Kiln,ORIGIN/3.jpg,1,',
      'Gift card,gift-card,Kiln,,,',
      '',
    ].join('\n'),
    recognised: 'Shopify product export: 2 image columns, 2 rows without an image pass through.',
    counts: '3 products, 4 images on 1 host. No problem found.',
    notes: [
      'Shopify matches the picture of a variant with one of the product by the same URL: equal URLs of this file stay equal.',
    ],
    marked: ['Product image URL images', 'Variant image URL images'],
    named: ['mug', 'mug', 'lamp'],
    rows: ['2', '3', '5'],
    download: 'Ready to import into Shopify',
  },
  {
    name: 'WooCommerce',
    file: 'wc-product-export.csv',
    text: [
      '\ufeffID,Type,SKU,Name,Published,Images,Parent,"Attribute 1 name"',
      '10,variable,MUG,Mug,1,"ORIGIN/1.jpg, ORIGIN/2.jpg",,Colour',
      '11,variation,MUG-R,"Mug - red",1,,MUG,Colour',
      '12,simple,LAMP,Lamp,1,ORIGIN/3.jpg,,',
      '',
    ].join('\r\n'),
    recognised: 'WooCommerce product export: 1 image column, 1 row without an image passes through.',
    counts: '2 products, 3 images on 1 host. No problem found.',
    notes: [
      'WooCommerce takes a picture with a new URL into its media library as a new file; the old file stays there.',
    ],
    marked: ['Images images'],
    named: ['Mug', 'Lamp'],
    rows: ['2', '4'],
    download: 'Ready to import into WooCommerce',
  },
  {
    name: 'German supplier',
    file: 'Preisliste Frühjahr.csv',
    text: [
      'Müller Großhandel GmbH;;;;',
      'Preisliste Frühjahr;;;;',
      ';;;;',
      'Art.-Nr.;Bezeichnung;Preis;Bild 1;Bild 2',
      '100;Tasse, grün;4,90 €;ORIGIN/1.jpg;ORIGIN/2.jpg',
      '101;Schüssel;9,90 €;;',
      '102;Öllampe;19,90 €;ORIGIN/3.jpg;',
      '',
    ].join('\r\n'),
    // The euro sign is the only one here that stands elsewhere in Latin-1.
    encode: (text) => Buffer.from(text.replaceAll('€', '\x80'), 'latin1'),
    recognised:
      'Image columns found by their content: Bild 1, Bild 2; 1 row without an image passes through; its columns are named in row 4.',
    counts: '2 products, 3 images on 1 host. No problem found.',
    notes: [],
    marked: ['Bild 1 images', 'Bild 2 images'],
    named: ['Tasse, grün', 'Öllampe'],
    rows: ['5', '7'],
    download: 'Ready to import',
  },
  {
    name: 'Google',
    file: 'feed.tsv',
    text: [
      'id\ttitle\tlink\timage_link\tadditional_image_link\tprice',
      'm1\tMug\thttps://shop.example/mug\tORIGIN/1.jpg\tORIGIN/2.jpg,ORIGIN/3.jpg\t4.90 EUR',
      'l1\tLamp "green"\thttps://shop.example/lamp\tORIGIN/3.jpg\t\t19.90 EUR',
      '',
    ].join('\n'),
    recognised: 'Google Merchant Center feed: 2 image columns.',
    counts: '2 products, 4 images on 1 host. No problem found.',
    notes: [FEED_NOTE, 'Google takes JPEG, PNG, GIF, WebP, BMP and TIFF: choose no AVIF.'],
    marked: ['image_link images', 'additional_image_link images'],
    named: ['Mug', 'Lamp "green"'],
    rows: ['2', '3'],
    download: 'Ready to import into Google Merchant Center',
  },
];

for (const layout of LAYOUTS) {
  test.skipIf(skip)(named(`${layout.name}: recognised, started, and ready to import`), async () => {
    const { origin, service } = await startWorld();
    const { page, faults } = await openPage(service.url);
    const { encode = (text) => Buffer.from(text) } = layout;
    await choose(page, layout.file, encode(layout.text.replaceAll('ORIGIN', origin)));
    const panel = page.getByRole('region', { name: 'What was recognised' });
    await panel.locator('.verdict.good').waitFor();
    expect(await panel.locator('.recognised').textContent()).toBe(`${layout.recognised} `);
    expect(await panel.locator('.verdict').textContent()).toBe(layout.counts);
    expect(await panel.locator('.note p').allTextContents()).toEqual(layout.notes);
    const preview = page.getByRole('region', { name: 'The first rows of the file' });
    expect(await preview.locator('thead .marked').allTextContents()).toEqual(layout.marked);
    expect(await preview.locator('tbody th').allTextContents()).toEqual(layout.named);
    expect(await preview.locator('tbody .number').allTextContents()).toEqual(layout.rows);

    await page.getByRole('button', { name: 'Start' }).click();
    await resultOf(page).waitFor();
    const id = page.url().split('/').at(-1)!;
    const { images } = await service.json<{ images: { input_url: string; output_url: string }[] }>(
      `/status/${id}/images`,
    );
    const outputs = new Map(images.map(({ input_url, output_url }) => [input_url, output_url]));
    const imported = layout.text
      .replaceAll('ORIGIN', origin)
      .replaceAll(/http:\/\/127[^\s,;"]+/g, (url) => outputs.get(url)!);
    const saved = await download(page, () =>
      page.getByRole('link', { name: layout.download, exact: false }).click(),
    );
    expect(saved.toString('latin1')).toBe(encode(imported).toString('latin1'));
    expect(await page.locator('.download strong').allTextContents()).toEqual(
      layout.download === 'Ready to import'
        ? ['Your file with new columns', layout.download, 'Report', 'All images (ZIP)']
        : [layout.download, 'Your file with new columns', 'Report', 'All images (ZIP)'],
    );
    await page.getByRole('note').getByText('they lead to this machine only').waitFor();
    const zip = await download(page, () => page.getByRole('link', { name: 'All images (ZIP)' }).click());
    expect(zip.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
    expect(faults).toEqual([]);
  });
}

test.skipIf(skip)(named('a wrong column is changed by one click, several by ticks, and back'), async () => {
  const { origin, service } = await startWorld();
  const { page, faults } = await openPage(service.url);
  const text = [
    'Name,Link,Image,Image',
    `Mug,${origin}/mug,${origin}/1.jpg,${origin}/2.jpg`,
    `Lamp,${origin}/lamp,${origin}/3.jpg,`,
    '',
  ].join('\n');
  await choose(page, 'list.csv', Buffer.from(text));
  const panel = page.getByRole('region', { name: 'What was recognised' });
  const recognised = panel.locator('.recognised');
  await recognised.getByText('Image columns found by their content: Image, Image.').waitFor();
  await panel.getByRole('button', { name: 'Use “Link” instead' }).click();
  await recognised.getByText('Image column you chose: Link.').waitFor();
  await panel.getByText('2 products, 2 images').waitFor();

  await panel.getByText('Change the columns').click();
  const tick = (name: string) => panel.getByRole('checkbox', { name });
  await tick('Link 2').uncheck();
  await panel.getByText('Tick a column with images').waitFor();
  const start = page.getByRole('button', { name: 'Start' });
  expect(await start.isDisabled()).toBe(true);
  await tick('Image 4').check();
  await recognised.getByText('Image column you chose: Image;').waitFor();
  await panel.getByText('1 product, 1 image').waitFor();
  await panel.getByLabel('Product name column').selectOption('Link');
  await page.locator('.example tbody th').getByText(`${origin}/mug`).waitFor();
  await panel.getByRole('button', { name: 'Find everything out again' }).click();
  await recognised.getByText('Image columns found by their content: Image, Image.').waitFor();
  expect(await tick('Image 3').isChecked()).toBe(true);
  expect(await start.isEnabled()).toBe(true);
  expect(faults).toEqual([]);
});

test.skipIf(skip)(named('a question is answered by a candidate, another by the field for it'), async () => {
  const { origin, service } = await startWorld();
  const { page, faults } = await openPage(service.url);
  const open = `Name,A,B\nMug,${origin}/a/1,${origin}/b/9\nLamp,${origin}/a/2,${origin}/b/8\n`;
  await choose(page, 'open.csv', Buffer.from(open));
  const panel = page.getByRole('region', { name: 'What was recognised' });
  await panel.getByText('Which column holds the pictures? "A" and "B" both hold web addresses.').waitFor();
  expect(await panel.locator('.candidates button').allTextContents()).toEqual(['Use “A”', 'Use “B”']);
  expect(await panel.locator('.candidates .url').allTextContents()).toEqual([
    `${origin}/a/1`,
    `${origin}/b/9`,
  ]);
  await panel.getByRole('button', { name: 'Use “A”' }).click();
  await panel.getByText('Image column you chose: A.').waitFor();

  const wix = 'handleId,fieldType,name,productImageUrl\nmug,Product,Mug,abc_123~mv2.jpg\n';
  await choose(page, 'wix.csv', Buffer.from(wix));
  const address = panel.getByLabel('Address in front of them');
  await address.waitFor();
  expect(await address.inputValue()).toBe('https://static.wixstatic.com/media/');

  await choose(page, 'paths.csv', Buffer.from('Name,Bild\nTasse,tassen/1.jpg\nLampe,/2.jpg\n'));
  await panel.getByText('"Bild" holds paths or names of files without a host (tassen/1.jpg).').waitFor();
  await address.fill(`${origin}/`);
  await panel.getByRole('button', { name: 'Use this address' }).click();
  await panel.getByText('Image column found by its content: Bild.').waitFor();
  await page.getByRole('button', { name: 'Start' }).click();
  await resultOf(page).waitFor();
  const id = page.url().split('/').at(-1)!;
  const { images } = await service.json<{ images: { input_url: string; status: string }[] }>(
    `/status/${id}/images`,
  );
  expect(images.map(({ input_url, status }) => [input_url, status])).toEqual([
    [`${origin}/tassen/1.jpg`, 'processed'],
    [`${origin}/2.jpg`, 'processed'],
  ]);
  expect(faults).toEqual([]);
});

test.skipIf(skip)(
  named('warnings are told by row and product before the start, with what avoids them'),
  async () => {
    const { origin, service } = await startWorld();
    const { page, faults } = await openPage(service.url);
    const panel = page.getByRole('region', { name: 'What was recognised' });
    const magento = [
      'sku,store_view_code,product_type,base_image,additional_images',
      `MUG,,simple,${origin}/1-150x150.jpg,`,
      `LAMP,,simple,${origin}/2_100x100.jpg,"${origin}/thumb/3.jpg,siehe Ordner"`,
      `BOWL,,simple,${origin}/3.jpg,fehlt noch`,
      '',
    ].join('\n');
    await choose(page, 'magento.csv', Buffer.from(magento));
    await panel.getByRole('button', { name: 'Deliver everything as JPEG' }).click();
    expect(await page.locator('select[name=format]').inputValue()).toBe('jpeg');
    await panel.getByText('The chosen format is taken.').waitFor();
    await panel
      .getByText('3 addresses look like those of small versions of pictures, by "-150x150.jpg"')
      .waitFor();
    const group = panel.locator('details.note');
    await group.locator('summary').click();
    expect(await group.locator('summary').textContent()).toBe(
      '2 texts that are no addresses: their images will fail',
    );
    expect(await group.locator('li').allTextContents()).toEqual([
      'Row 3, LAMP: "siehe Ordner" is no http(s) URL (additional_images)',
      'Row 4, BOWL: "fehlt noch" is no http(s) URL (additional_images)',
    ]);

    const bigcommerce = [
      'Item,ID,Name,Image URL (Import),Internal Image URL (Export)',
      `Product,1,Mug,,${origin}/1.jpg`,
      '',
    ].join('\n');
    await choose(page, 'bigcommerce.csv', Buffer.from(bigcommerce));
    const write = panel.getByRole('checkbox', { name: 'Write the new links into “Image URL (Import)”' });
    await write.waitFor();
    expect(await write.isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Start' }).click();
    await resultOf(page).waitFor();
    const saved = await download(page, () =>
      page.getByRole('link', { name: 'Ready to import into BigCommerce' }).click(),
    );
    expect(saved.toString()).toMatch(
      new RegExp(`\nProduct,1,Mug,${service.url}/files/\\S+\\.jpg,${origin}/1\\.jpg\n$`),
    );
    expect(faults).toEqual([]);
  },
);

async function startWorld() {
  const origin = await startOrigin({ '*': { body: await photoJpeg(160, 120) } });
  onTestFinished(() => origin.close());
  const service = await startService({ env: { WORKERS: '1' } });
  return { origin: origin.url, service };
}
