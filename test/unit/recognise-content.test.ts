// Files of no known shop: the header and the pictures are found by what stands in the cells, or it is asked which they are.
import { describe, expect, it } from 'vitest';
import { layoutOf, recogniseText, refusalOf } from '../fakes/tables.ts';

const A = 'https://img.example/f/a.jpg';
const B = 'https://img.example/f/b.png';
const PAGE = 'https://shop.example/p/mug';

describe('headers in many languages', () => {
  it.each([
    [
      'German',
      `Artikel-Nr.;Bezeichnung;VK brutto;Produktlink;Hauptbild;Zusatzbilder\nM;Becher;14,90;${PAGE};${A};${A},${B}`,
      [4, 5],
      [1],
    ],
    [
      'French',
      `Référence;Désignation;Prix;Lien;Photo du produit\nM;Tasse;14,90;${PAGE};https://x.example/i?id=1`,
      [4],
      [1],
    ],
    [
      'Spanish',
      `Código;Nombre del producto;Enlace;Imagen principal;Imágenes adicionales\nM;Taza;${PAGE};https://x.example/i?id=1;https://x.example/i?id=2`,
      [3, 4],
      [1],
    ],
    [
      'Portuguese',
      `Código;Nome do produto;Imagem 1;Imagem 2;Página\nM;Caneca;https://x.example/i?id=1;;${PAGE}`,
      [2, 3],
      [1],
    ],
    [
      'Italian',
      `Codice;Nome prodotto;Immagine;Collegamento\nM;Tazza;https://x.example/i?id=1;${PAGE}`,
      [2],
      [1],
    ],
    [
      'Dutch',
      `Artikelnummer;Productnaam;Afbeelding;Website\nM;Mok;https://x.example/i?id=1;${PAGE}`,
      [2],
      [1],
    ],
    [
      'Polish',
      `Kod;Nazwa produktu;Zdjęcie 1;Zdjęcie 2;Odkaz\nM;Kubek;https://x.example/i?id=1;;${PAGE}`,
      [2, 3],
      [1],
    ],
    ['Czech', `Kód;Název;Obrázek;Odkaz\nM;Hrnek;https://x.example/i?id=1;${PAGE}`, [2], [1]],
    ['Swedish', `Artnr;Produktnamn;Bildlänk;Länk\nM;Mugg;https://x.example/i?id=1;${PAGE}`, [2], [1]],
    ['Finnish', `Koodi;Tuotenimi;Kuva;Linkki\nM;Muki;https://x.example/i?id=1;${PAGE}`, [2], [1]],
    ['Turkish', `Kod;Ürün Adı;Resim;Bağlantı\nM;Kupa;https://x.example/i?id=1;${PAGE}`, [2], [0]],
    [
      'Russian',
      `Артикул;Наименование;Ссылка на товар;Фото;Доп. изображения\nM;Кружка;${PAGE};https://x.example/i?id=1;https://x.example/i?id=2`,
      [3, 4],
      [1],
    ],
    ['Ukrainian', `Артикул;Назва;Посилання;Зображення\nM;Кружка;${PAGE};https://x.example/i?id=1`, [3], [1]],
    [
      'Japanese',
      `商品番号;商品名;商品ページ;商品画像1;商品画像2\nM;マグ;${PAGE};https://x.example/i?id=1;`,
      [3, 4],
      [1],
    ],
    [
      'Chinese',
      `编号;商品名称;链接;主图;图片2\nM;杯子;${PAGE};https://x.example/i?id=1;https://x.example/i?id=2`,
      [3, 4],
      [1],
    ],
    ['Korean', `번호;상품명;링크;이미지\nM;머그;${PAGE};https://x.example/i?id=1`, [3], [1]],
    ['Arabic', `الرمز;اسم المنتج;الرابط;صورة المنتج\nM;كوب;${PAGE};https://x.example/i?id=1`, [3], [1]],
    ['Greek', `Κωδικός;Όνομα;Εικόνα;Link\nM;Κούπα;https://x.example/i?id=1;${PAGE}`, [2], [1]],
  ])('%s', (_, text, urls, names) => {
    expect(layoutOf(text)).toEqual([1, 2, urls, names]);
  });
});

describe('where the header is', () => {
  it('below title lines, with a totals row at the end and an empty numbered column', () => {
    expect(
      layoutOf(
        `Preisliste Frühjahr 2025;;;;;\nStand: 01.03.2025;;;;;\n;;;;;\nArtikel-Nr.;Bezeichnung;VK brutto;Bild 1;Bild 2;Bild 3\nMUG;Becher, groß;14,90;${A};${B};\nSVC;Gravur;5,00;;;\n;Summe;19,90;;;`,
      ),
    ).toEqual([4, 5, [3, 4, 5], [1]]);
  });

  it('below a title that has an address, a comment and groups of columns', () => {
    expect(
      layoutOf(
        `Catalogue of https://shop.example/;;;\n# made for retailers;;;\n;;Pictures;\nSKU;Product;Image 1;Image 2\nM;Mug;${A};${B}\nL;Lamp;${A};`,
      ),
    ).toEqual([4, 5, [2, 3], [1]]);
  });

  it('above rows of products without pictures', () => {
    expect(layoutOf(`SKU;Name;Photo\nA;Voucher;\nB;Engraving;n/a\nC;Mug;${A}`)).toEqual([1, 2, [2], [1]]);
  });

  it('above a row of labels', () => {
    expect(
      layoutOf(
        `sku;name;image_url;price\nArticle number;Name of the product;Address of the picture;Net price\nM;Mug;${A};14.90`,
      ),
    ).toEqual([1, 3, [2], [1]]);
  });

  it('where header_row says', () => {
    const text = `Title;Photo;Other photo\nName;Picture;Detail\nMug;${A};${B}`;
    expect(layoutOf(text, { headerRow: 2 })).toEqual([2, 3, [1, 2], [0]]);
    expect(recogniseText(text, { headerRow: 9 }).problems).toEqual([
      {
        code: 'missing_header_row',
        column: '',
        record: 9,
        message:
          'header_row=9: the header must be one of the first rows, and the last that was looked at is row 3',
      },
    ]);
    expect(recogniseText(`\n${text}`, { headerRow: 1 }).problems[0]!.message).toBe(
      'header_row=1: row 1 is empty. Row 2 is the first that is not; header_row=0 says that there is no header',
    );
  });

  it('nowhere: then columns go by number, and that is said', () => {
    const text = `MUG;Mug;14.90;${A};${B}\nLMP;Lamp;89.00;${A};`;
    expect(layoutOf(text)).toEqual([null, 1, [3, 4], [0]]);
    expect(layoutOf(text, { nameColumn: 'Column 2', urlColumns: ['#4'] })).toEqual([null, 1, [3], [1]]);
    expect(recogniseText(text).warnings).toEqual([
      {
        code: 'no_header',
        message:
          'The file has no header row: its columns are called "Column 1", "Column 2" and so on. If a row holds their names, send header_row with its number',
      },
    ]);
    expect(recogniseText(text).candidates.map(({ header }) => header)).toEqual(['Column 4', 'Column 5']);
    expect(layoutOf(`Name;Photo\nMug;${A}`, { headerRow: 0 })).toEqual([null, 1, [1], [0]]);
  });

  it('of one column', () => {
    expect(layoutOf(`Image URL\n${A}\n${B}`)).toEqual([1, 2, [0], []]);
  });
});

describe('which columns are pictures', () => {
  it('those whose addresses end like pictures, not the page beside them', () => {
    expect(layoutOf(`Name;URL;Media\nMug;${PAGE};${A}\nLamp;${PAGE}2;${B}`)).toEqual([1, 2, [2], [0]]);
    expect(recogniseText(`Name;URL;Media\nMug;${PAGE};${A}`).candidates).toEqual([
      {
        index: 1,
        header: 'URL',
        example: PAGE,
        urls: 1,
        why: 'its name says a page and its addresses do not end like pictures',
      },
      {
        index: 2,
        header: 'Media',
        example: A,
        urls: 1,
        why: 'its addresses end like pictures (.jpg, .png …)',
      },
    ]);
  });

  it('those named for pictures, without any ending', () => {
    expect(
      layoutOf('Name;Product photo\nMug;https://x.example/asset/17\nLamp;https://x.example/asset/18'),
    ).toEqual([1, 2, [1], [0]]);
  });

  it('all with the same header', () => {
    expect(layoutOf(`Name;Image;Price;Image;Image\nMug;${A};14.90;${B};`)).toEqual([1, 2, [1, 3, 4], [0]]);
  });

  it('numbered ones, also those that are empty so far, but not their texts', () => {
    expect(
      layoutOf(
        `Title;Picture 1;Picture 1 alt;Picture 2;Picture 2 alt;Picture 3;Picture 3 alt\nMug;${A};Ocean;;;;`,
      ),
    ).toEqual([1, 2, [1, 3, 5], [0]]);
  });

  it('a column that says nothing, where it is like a clear one and not like the pages', () => {
    const shot = (id: number) => `https://dam.example/assets/${id}`;
    expect(layoutOf(`Name;Front image;Back view;Shop\nMug;${shot(1)};${shot(2)};${PAGE}`)).toEqual([
      1,
      2,
      [1, 2],
      [0],
    ]);
    expect(layoutOf(`Name;Image;Details\nMug;https://s.example/i/1;https://s.example/p/1`)).toEqual([
      1,
      2,
      [1],
      [0],
    ]);
  });

  it('not a column that says nothing, where pictures and pages stand in one folder', () => {
    const asset = (id: number) => `https://s.example/x/${id}`;
    expect(layoutOf(`Name;Image;Link;Details\nMug;${asset(1)};${asset(2)};${asset(3)}`)).toEqual([
      1,
      2,
      [1],
      [0],
    ]);
  });

  it('lists, formulas, attachments, JSON and HTML', () => {
    expect(layoutOf(`Name;Media;Page\nMug;https://x.example/1 https://x.example/2;${PAGE}`)).toEqual([
      1,
      2,
      [1],
      [0],
    ]);
    expect(
      layoutOf(`S. No.;Product Name;Image\n1;Mug;=IMAGE("${A}")\n2;Lamp;=HYPERLINK("${B}","see")`),
    ).toEqual([1, 2, [2], [1]]);
    const airtable = recogniseText(`Name,SKU,Photos\nMug,M,a.jpg (${A})\nLamp,L,b (1).png (${B})`, {}, ',');
    expect(airtable.layout).toMatchObject({ urls: [{ index: 2 }], serial: null });
    expect(airtable.warnings.map(({ code }) => code)).toEqual(['links_expire']);
    expect(
      layoutOf(
        `Name;Assets;Description\nMug;[{"src":"${A}","alt":"${'x'.repeat(200)}"}];<p>Long text, see ${PAGE}, ${'x'.repeat(99)}</p>`,
      ),
    ).toEqual([1, 2, [1], [0]]);
    expect(layoutOf(`Name;Assets\nMug;<img src="${A}" alt="${'x'.repeat(200)}">`)).toEqual([1, 2, [1], [0]]);
  });

  it('neither videos nor documents', () => {
    expect(
      layoutOf(`Name;Datenblatt;Video;Bild\nMug;https://x.example/a.pdf;https://youtu.be/1;${A}`),
    ).toEqual([1, 2, [3], [0]]);
  });

  it('by name alone, when the rows that were looked at have none', () => {
    const text = `Name;Image URL;Price\nVoucher;;5.00\nEngraving;;7.00`;
    const { layout, warnings } = recogniseText(text, {}, ';', false);
    expect(layout).toMatchObject({ headerRow: 1, urls: [{ index: 1 }], names: [0] });
    expect(warnings.map(({ code }) => code)).toEqual(['no_urls_yet']);
    expect(refusalOf(text)[0]![0]).toBe('missing_column');
  });
});
