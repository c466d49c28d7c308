// halve's own layout, columns that somebody named, the score between delimiters, and what must hold whatever the file is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recognise } from '../../src/table/recognise/recognise.ts';
import type { Recognised, Wanted } from '../../src/table/recognise/types.ts';

const auto: Wanted = { profile: 'auto', urlColumns: [], nameColumn: null, headerRow: null, baseUrl: null };

function read(text: string, wanted: Partial<Wanted> = {}, delimiter = ';'): Recognised {
  const rows = text.split('\n').map((line, index) => ({ record: index + 1, cells: line.split(delimiter) }));
  return recognise({ rows, complete: true }, { ...auto, ...wanted });
}

const A = 'https://img.example/f/a.jpg';
const B = 'https://img.example/f/b.png';
const PAGE = 'https://shop.example/p/mug';

describe('the layout of the three columns', () => {
  it('is strict, whatever the cells hold', () => {
    expect(
      read(`S. No.;Product Name;Input Image Urls;Link;Error\n1;Mug;no address;${A};gone`).layout,
    ).toEqual({
      profile: null,
      headerRow: 1,
      firstRow: 2,
      columnCount: 5,
      urls: [{ index: 2, writeTo: null }],
      names: [1],
      serial: 0,
      error: 4,
      strict: true,
    });
  });

  it.each([
    ['No;TITLE;input_image_url', [0, 1, 2]],
    ['\ufeffproduct name;INPUT IMAGE URLS', [null, 0, 1]],
    ['Name;Product-Name;Image;Input Image Urls;Input Image Url', [null, 1, 3]],
  ])('is known in %s', (header, [serial, name, url]) => {
    const { layout } = read(`${header}\n`);
    expect(layout).toMatchObject({ strict: true, serial, names: [name], urls: [{ index: url }] });
  });

  it('needs a name, and one column of pictures', () => {
    expect(read('S. No.;Input Image Urls\n1;x').problems).toEqual([
      {
        code: 'missing_column',
        column: 'Product Name',
        record: 1,
        message:
          'There is no column "Product Name": name another one with name_column. The header has "S. No.", "Input Image Urls"',
      },
    ]);
    expect(read('Product Name;product_name;Input Image Urls;Input Image Urls').problems).toEqual([
      {
        code: 'ambiguous_column',
        column: 'Input Image Urls',
        record: 1,
        message:
          '2 columns could be "Input Image Urls": "Input Image Urls" (column 3) and "Input Image Urls" (column 4). Send url_column=#3 or url_column=#4',
      },
      {
        code: 'ambiguous_column',
        column: 'Product Name',
        record: 1,
        message:
          '2 columns could be "Product Name": "Product Name" and "product_name". Send name_column=Product Name or name_column=product_name',
      },
    ]);
    expect(read('Was;Input Image Urls\nMug;x', { nameColumn: 'was' }).layout).toMatchObject({
      strict: true,
      names: [0],
    });
  });

  it('is not strict any more when another column is chosen', () => {
    expect(
      read(`Product Name;Input Image Urls;Photo\nMug;${A};${B}`, { urlColumns: ['photo'] }).layout,
    ).toMatchObject({ strict: false, urls: [{ index: 2 }], names: [0] });
  });
});

describe('a column that is named', () => {
  const text = `Name;Image;Detail image;Image;Swatch\nMug;${A};${B};${A};x`;
  const urls = (...urlColumns: string[]) => read(text, { urlColumns }).layout?.urls.map(({ index }) => index);

  it('is every one with that text, without case, spaces and punctuation, by pattern, or by number', () => {
    expect(urls('Image')).toEqual([1, 3]);
    expect(urls('detail-IMAGE')).toEqual([2]);
    expect(urls('/image$/')).toEqual([1, 2, 3]);
    expect(urls('#5', 'Detail image', 'detail image')).toEqual([2, 4]);
  });

  it('is asked for again when there is none', () => {
    expect(
      read(text, { urlColumns: ['Detail imgae', '#6', '/x{/', '/(a+)+$/'], nameColumn: 'Titel' }).problems,
    ).toEqual([
      {
        code: 'missing_column',
        column: 'Detail imgae',
        record: 1,
        message:
          'There is no column "Detail imgae" (url_column). Did you mean "Detail image"? The header has "Name", "Image", "Detail image", "Image", "Swatch"',
      },
      expect.objectContaining({ code: 'missing_column', column: '#6' }),
      expect.objectContaining({ code: 'missing_column', column: '/x{/' }),
      expect.objectContaining({ code: 'missing_column', column: '/(a+)+$/' }),
      expect.objectContaining({ code: 'missing_column', column: 'Titel' }),
    ]);
    expect(read(text, { urlColumns: ['/(/'] }).problems).toEqual([
      { code: 'invalid_pattern', column: '/(/', record: null, message: 'url_column=/(/ is no valid pattern' },
    ]);
  });

  it('cannot stop the server with a pattern, whatever it is', () => {
    const started = process.cpuUsage();
    const { problems } = read(`${'a'.repeat(200)};Image\nx;${A}`, { urlColumns: ['/^(a+)+$b/'] });
    expect(problems).toMatchObject([{ code: 'missing_column' }]);
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
    expect(read(`Image;b\nx;${A}`, { urlColumns: ['/(/'] }).problems).toMatchObject([
      { code: 'invalid_pattern', message: 'url_column=/(/ is no valid pattern' },
    ]);
  });

  it('tells where the header is', () => {
    const list = `Our list of 2026;;\nKind;Bild-Adresse;Preis\nMug;${A};5\nLamp;;7`;
    expect(read(list, { urlColumns: ['bildadresse'], nameColumn: 'Kind' }).layout).toMatchObject({
      headerRow: 2,
      firstRow: 3,
      urls: [{ index: 1 }],
      names: [0],
    });
    expect(read(`a;b\nKind;Adresse\nMug;x`, { urlColumns: ['Adresse'] }).layout).toMatchObject({
      headerRow: 2,
    });
  });
});

describe('the score', () => {
  const scored = (text: string) =>
    [',', ';', '\t', '|'].reduce((best, delimiter) =>
      read(text, {}, delimiter).score > read(text, {}, best).score ? delimiter : best,
    );

  it.each([
    [
      ';',
      `Artikel-Nr.;Bezeichnung;VK brutto;Bild 1;Bild 2\nMUG;Becher, groß;14,90;${A};${B}\nLMP;Leuchte;89,00;${A};`,
    ],
    [';', `Name;Preis;Bilder\nMug;14,90;${A},${B}\nLamp;7,00;${A}\nSofa;8,00;${B},${A}`],
    [',', `Name,Price,Images\nMug,14.90,${A};${B}\nLamp,7.00,${A}`],
    ['\t', `Name\tPrice\tImages\nMug, big\t14,90\t${A},${B}\nLamp\t7,00\t${A}`],
    ['|', `Name|Price|Images\nMug, big|14,90|${A},${B}\nLamp; small|7,00|${A};${B}`],
    [';', 'S. No.;Product Name;Input Image Urls\n1;a, b, c;x,y,z'],
    [';', `Product ID;Name *;Price, net;Image URLs (x,y,z...)\n1;Mug;12,4;${A},${B}`],
  ])('is highest under %j', (delimiter, text) => {
    expect(scored(text)).toBe(delimiter);
  });
});

describe('whatever the file is', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      A,
      B,
      PAGE,
      `${A},${B}`,
      `a (${A})`,
      '/m/a.jpg',
      'data:image/png;base64,AAAA',
      '14,90',
      'n/a',
    ),
    fc.constantFrom(
      'Name',
      'Image',
      'Image 1',
      'Image',
      'URL',
      'Link',
      'Bild',
      '商品画像',
      'Input Image Urls',
      'Error',
      '#',
      '/x/',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.webUrl(),
  );
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 8 }), { maxLength: 8 });
  const wanted = fc.record({
    profile: fc.constantFrom('auto', 'none', 'etsy', 'x'),
    urlColumns: fc.array(fc.oneof(cell, fc.constantFrom('#1', '/i/', '/(/')), { maxLength: 2 }),
    nameColumn: fc.option(cell),
    headerRow: fc.option(fc.integer({ min: -1, max: 9 })),
    baseUrl: fc.option(fc.constant('https://b.example/')),
  });

  it('it is read or refused, with columns that there are and reasons that say something', () => {
    fc.assert(
      fc.property(table, wanted, fc.boolean(), (cells, options, complete) => {
        const rows = cells.map((row, index) => ({ record: index + 1, cells: row }));
        const { layout, problems, score, candidates } = recognise({ rows, complete }, options);
        expect(layout === null).toBe(problems.length > 0);
        expect(score).toBeGreaterThanOrEqual(0);
        for (const { message } of problems) expect(message).toMatch(/\S{2}.*\S/s);
        expect(JSON.stringify([problems, candidates])).not.toContain('base64,AAAA');
        if (layout === null) return;
        const columns = [...layout.urls.map(({ index }) => index), ...layout.names];
        expect(layout.urls.length).toBeGreaterThan(0);
        expect(new Set(layout.urls.map(({ index }) => index)).size).toBe(layout.urls.length);
        expect(Math.max(...columns)).toBeLessThan(layout.columnCount);
        expect(layout.firstRow).toBeGreaterThan(layout.headerRow ?? 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a page is never taken for a picture where there are pictures', () => {
    const page = fc.constantFrom(
      'URL',
      'Product URL',
      'Link',
      'Produktlink',
      'Seite',
      'Lien',
      'Enlace',
      'Ссылка',
      'リンク',
      '链接',
      'permalink',
    );
    const picture = fc.constantFrom(
      'Image',
      'Bild 1',
      'Photo URL',
      'Imagen',
      'Фото',
      '商品画像',
      'صورة',
      'Media',
    );
    const host = fc.constantFrom(
      'https://shop.example/p',
      'https://cdn.shopify.com/x',
      'https://images.example/y',
      'https://img.example/f',
    );
    fc.assert(
      fc.property(
        page,
        picture,
        host,
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        (pageName, pictureName, at, first, count) => {
          const pair = (a: string, b: string) => (first ? [a, b] : [b, a]);
          const rows = [
            { record: 1, cells: ['Name', ...pair(pageName, pictureName)] },
            ...Array.from({ length: count }, (_, index) => ({
              record: index + 2,
              cells: ['Mug', ...pair(`${at}/mug-${index}`, `https://img.example/f/${index}.jpg`)],
            })),
          ];
          const { layout } = recognise({ rows, complete: true }, auto);
          expect(layout?.urls.map(({ index }) => index)).toEqual([first ? 2 : 1]);
        },
      ),
    );
  });

  it('the widest table is read in a moment', () => {
    const header = Array.from({ length: 16_384 }, (_, index) => `Attribute ${index}`);
    header[9_000] = 'Bild';
    const rows = Array.from({ length: 100 }, (_, index) => ({
      record: index + 1,
      cells:
        index === 0 ? header : header.map((_, at) => (at === 9_000 ? A : at % 7 === 0 ? `text ${at}` : '')),
    }));
    const started = process.cpuUsage();
    const { layout } = recognise({ rows, complete: false }, auto);
    expect(layout).toMatchObject({ columnCount: 16_384, urls: [{ index: 9_000 }], names: [0] });
    expect(process.cpuUsage(started).user).toBeLessThan(3_000_000);
  });
});
