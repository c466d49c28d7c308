// Files as shops and marketplaces give them out: each is known by its header, wherever that stands, and read by its profile.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../src/table/profiles/index.ts';
import { profiledText, recogniseText } from '../fakes/tables.ts';

const A = 'https://cdn.example/f/a.jpg';
const B = 'https://cdn.example/f/b.png?v=1718000000';

describe('the export of', () => {
  it('Shopify, with variants without pictures', () => {
    expect(
      profiledText(
        `Handle;Title;Body (HTML);Variant SKU;Image Src;Image Position;Variant Image\nmug;Mug;<p>x</p>;M-1;${A};1;${A}\nmug;;;M-2;;;\nmug;;;;${B};2;`,
      ),
    ).toEqual({
      profile: 'shopify_old',
      rows: [1, 2],
      urls: [4, 6],
      names: [0],
      problems: [],
      warnings: ['same_url'],
    });
  });

  it('Shopify, with the newer column names and a BOM', () => {
    expect(
      profiledText(`\ufeffURL handle;Title;Product image URL;Variant image URL\nmug;Mug;${A};`),
    ).toMatchObject({
      profile: 'shopify_new',
      urls: [2, 3],
      names: [0],
    });
  });

  it('Matrixify, which has columns of Shopify', () => {
    expect(
      profiledText(
        `ID;Handle;Title;Variant SKU;Image Type;Image Src;Image Command\n1;mug;Mug;M;IMAGE;${A};MERGE`,
      ),
    ).toMatchObject({ profile: 'matrixify_products', urls: [5], warnings: ['same_url', 'adds_pictures'] });
  });

  it('WooCommerce, whose External URL is a page', () => {
    expect(
      profiledText(
        `ID;Type;SKU;Name;Published;Images;Parent;External URL\n101;variable;MUG;Mug;1;${A}, ${B};;\n102;external;EXT;Poster;1;${A};;https://other.example/poster`,
      ),
    ).toMatchObject({ profile: 'woocommerce', urls: [5], names: [3] });
  });

  it('Magento, with paths and a base URL', () => {
    const text =
      'sku;store_view_code;product_type;name;base_image;small_image;thumbnail_image;swatch_image;additional_images\nMUG;;simple;Mug;/m/u/a.jpg;/m/u/a.jpg;/m/u/a.jpg;no_selection;/m/u/a.jpg,/m/u/b.jpg\nMUG;de;simple;Becher;;;;;';
    expect(profiledText(text, { baseUrl: 'https://shop.example/media/catalog/product' })).toEqual({
      profile: 'magento2',
      rows: [1, 2],
      urls: [4, 5, 6, 7, 8],
      names: [0],
      problems: [],
      warnings: ['formats'],
    });
    expect(recogniseText(text).problems).toEqual([
      {
        code: 'needs_base_url',
        column: 'base_image',
        record: 1,
        message:
          '"base_image", "small_image", "thumbnail_image" and "additional_images" hold paths or names of files without a host (/m/u/a.jpg): send base_url with the address that they hang under, such as base_url=https://your-shop.example/media/catalog/product',
      },
    ]);
    expect(recogniseText(text).warnings).toEqual([
      {
        code: 'formats',
        message: 'Magento imports JPEG, PNG and GIF only: choose no other format',
        avoid: ['webp', 'avif', 'tiff'],
      },
    ]);
  });

  it('PrestaShop: the import file is read, the export of the list is refused by name', () => {
    expect(
      profiledText(`Product ID;Name *;Price;Image URLs (x,y,z...)\n1;Mug;12.4;${A},${B}\n3;Voucher;5;`),
    ).toMatchObject({ profile: 'prestashop_import', urls: [3], names: [1] });
    const grid = recogniseText('Product ID;Image;Name;Reference;Status\n1;;Mug;MUG;1');
    expect(grid.layout).toBeNull();
    expect(grid.problems[0]).toMatchObject({ code: 'missing_column', record: 1 });
    expect(grid.problems[0]!.message).toMatch(
      /^This is the layout "PrestaShop product list export", which has no column with addresses of pictures\. .* url_column/,
    );
  });

  it('BigCommerce v2, whose header repeats names', () => {
    expect(
      profiledText(
        `Item Type;Product ID;Product Name;Product Code/SKU;Product Image ID - 1;Product Image File - 1;Product Image URL - 1;Product Image ID - 1;Product Image File - 1;Product Image URL - 1\nProduct;1;Mug;M;9;;${A};10;;${B}`,
      ),
    ).toMatchObject({ profile: 'bigcommerce_v2', urls: [5, 6, 8, 9], names: [2, 3] });
  });

  it('BigCommerce v3, which reads new pictures from another column', () => {
    const header =
      'Item;ID;Name;Variant Image URL;Internal Image URL (Export);Image URL (Import);Image Description';
    expect(profiledText(`${header}\nProduct;1;Mug;;;;\nImage;900;;;${A};;\nVariant;77;;${B};;;`)).toEqual({
      profile: 'bigcommerce_v3',
      rows: [1, 2],
      urls: [3, [4, 5]],
      names: [2, 1],
      problems: [],
      warnings: ['write_to', 'formats'],
    });
    expect(profiledText(`${header}\nProduct;1;Mug;;;;\nImage;;;;;${A};`).urls).toEqual([3, [4, 5], 5]);
  });

  it('Ecwid', () => {
    expect(
      profiledText(
        `type;product_internal_id;product_name;product_media_main_image_url;product_media_gallery_image_url_1;product_media_gallery_image_url_2\nproduct;5;Mug;${A};${B};\nproduct_option;;;;;`,
      ),
    ).toMatchObject({
      profile: 'ecwid',
      urls: [3, 4, 5],
      names: [2, 1],
      warnings: ['deletes_unlisted', 'keep_columns'],
    });
  });

  it('Squarespace, whose Product URL is a slug', () => {
    expect(
      profiledText(
        `Product ID [Non Editable];Product Page;Product URL;Title;SKU;Hosted Image URLs\n5f01;shop;mug;Mug;M;${A} ${B}`,
      ),
    ).toMatchObject({
      profile: 'squarespace',
      urls: [5],
      names: [3, 4],
      warnings: ['picture_ending', 'keep_columns'],
    });
  });

  it('Wix, whose bare media names need a base URL', () => {
    const text =
      'handleId,fieldType,name,productImageUrl,price\np1,Product,Mug,1_a~mv2.jpg;1_b~mv2.jpg,14.9\np1,Variant,,,';
    const { problems } = recogniseText(text, {}, ',');
    expect(problems).toMatchObject([{ code: 'needs_base_url', column: 'productImageUrl' }]);
    expect(problems[0]!.message).toContain('base_url=https://static.wixstatic.com/media/');
    expect(profiledText(text, { baseUrl: 'https://static.wixstatic.com/media/' }, ',')).toMatchObject({
      profile: 'wix',
      urls: [3],
      names: [0],
      problems: [],
    });
    expect(
      profiledText(
        `handle;fieldType;name;visible;media;mediaAltText\nmug;PRODUCT;Mug;TRUE;${A};\nmug;MEDIA;;;${B};`,
      ),
    ).toMatchObject({ profile: 'wix_v3', urls: [4] });
  });

  it('Shopware, Lightspeed, OpenCart and Vendure', () => {
    expect(
      profiledText(
        `id;product_number;name;tax_rate;cover_media_id;cover_media_url;media\n1;SW1;Mug;19;f0;${A};${A}|${B}`,
      ),
    ).toMatchObject({ profile: 'shopware6', urls: [5, 6], names: [2, 1, 0] });
    expect(
      profiledText(
        `Internal_ID;Internal_Variant_ID;US_Title_Short;US_URL;Article_Code;Images\n1;2;Mug;mug;M;${A},${B}`,
      ),
    ).toMatchObject({ profile: 'lightspeed_ecom', urls: [5], names: [2, 4, 0] });
    expect(profiledText('_ID_;_NAME_;_IMAGE_;_IMAGES_\n1;Mug;data/mug.jpg;')).toMatchObject({
      profile: undefined,
      problems: ['needs_base_url'],
      warnings: ['files_only'],
    });
    expect(
      profiledText(`name;slug;assets;optionGroups;sku;variantAssets\nMug;mug;${A}|${B};;M;`),
    ).toMatchObject({
      profile: 'vendure',
      urls: [2, 5],
      names: [0, 4],
    });
  });
});

it('docs/catalogues.md lists every profile, by what it is called and by its id', () => {
  const page = readFileSync(new URL('../../docs/catalogues.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| (?!of )(.+) \| `(\w+)` \|$/gm)].map(([, label, id]) => [id, label]);
  const known = new Map(PROFILES.map(({ id, label }) => [id, label]));
  expect(listed).toEqual([...known]);
});
