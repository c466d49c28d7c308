// Feeds and the files of marketplaces, and what all profiles have in common.
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../src/table/profiles/index.ts';
import { columnsOf } from '../../src/table/recognise/profiled.ts';
import { profiledText, recogniseText } from '../fakes/tables.ts';

const A = 'https://cdn.example/f/a.jpg';
const B = 'https://cdn.example/f/b.png?v=1718000000';

describe('the feed or file of', () => {
  it('Google and Meta, which differ in one column', () => {
    const row = `MUG;Mug, ocean;https://shop.example/p/mug?c=ocean;${A};${B}`;
    expect(profiledText(`id;title;link;image_link;additional_image_link\n${row}`)).toMatchObject({
      profile: 'google_feed',
      urls: [3, 4],
      names: [1],
      warnings: ['links_must_live', 'formats'],
    });
    expect(
      profiledText(
        `# Required | a unique id;# the title;# the page;# the picture;# more pictures;# category\nid;title;link;image_link;additional_image_link;fb_product_category\n${row};1`,
      ),
    ).toMatchObject({ profile: 'meta_catalogue', rows: [2, 3], urls: [3, 4] });
  });

  it('Amazon, below a line of settings and a line of labels', () => {
    const settings =
      'TemplateType=fptcustom;Version=2021.0625;settings=attributeRow=3&dataRow=4&labelRow=2;The top 3 rows are for Amazon.com use only;;;';
    const labels =
      'Product Type;Seller SKU;Product Name;Main Image URL;Other Image URL1;Other Image URL2;Swatch Image URL';
    const names =
      'feed_product_type;item_sku;item_name;main_image_url;other_image_url1;other_image_url2;swatch_image_url';
    expect(
      profiledText(`${settings}\n${labels}\n${names}\nkitchen;MUG;Mug;${A};;;\nkitchen;OLD;;;;;`),
    ).toEqual({
      profile: 'amazon_flatfile',
      rows: [3, 4],
      urls: [3, 4, 5, 6],
      names: [2, 1],
      problems: [],
      warnings: ['formats'],
    });
    // The given name fits the labels loosely, the names exactly.
    expect(
      profiledText(`${labels}\n${names}\nkitchen;MUG;Mug;${A};;;`, { urlColumns: ['main_image_url'] }),
    ).toMatchObject({
      rows: [2, 3],
      urls: [3],
    });
  });

  it('Amazon, the newer template', () => {
    const image = 'product_image_locator';
    const of = '[marketplace_id=ATVPDKIKX0DER]#1.media_location';
    expect(
      profiledText(
        `contribution_sku#1.value;item_name[marketplace_id=ATVPDKIKX0DER][language_tag=en_US]#1.value;main_${image}${of};other_${image}_1${of};swatch_${image}${of}\nMUG;Mug;${A};${B};`,
      ),
    ).toMatchObject({ profile: 'amazon_listings', urls: [2, 3, 4], names: [1, 0] });
  });

  it('eBay, drafts below #INFO lines and File Exchange', () => {
    expect(
      profiledText(
        `#INFO;Version=0.0.2;Template= eBay-draft-listings-template_US;;\n#INFO Action and Category ID are required;;;;\n#INFO;;;;\nAction(SiteID=US|Country=US|Version=1193);Custom label (SKU);Title;Item photo URL;Format\nDraft;MUG;Mug;${A}|${B};`,
      ),
    ).toMatchObject({ profile: 'ebay_drafts', rows: [4, 5], urls: [3], names: [2] });
    expect(
      profiledText(
        `*Action(SiteID=Germany|Version=745);CustomLabel;*Title;PicURL\nAdd;="0978";Buch;${A}\n;;;Farbe=Rot=${A}|Blau=${B}`,
      ),
    ).toMatchObject({ profile: 'ebay_fileexchange', urls: [3], names: [2, 1] });
  });

  it('Etsy, Walmart and Shopee', () => {
    expect(
      profiledText(`TITLE;PRICE;CURRENCY_CODE;IMAGE1;IMAGE2;IMAGE3;SKU\nMug;14.90;EUR;${A};${B};;M`),
    ).toMatchObject({
      profile: 'etsy',
      urls: [3, 4, 5],
      names: [0],
    });
    expect(
      profiledText(
        `sku;productName;mainImageUrl;productSecondaryImageURL1;productSecondaryImageURL2\nM;Mug;${A};${B};`,
      ),
    ).toMatchObject({ profile: 'walmart', urls: [2, 3, 4], names: [1, 0] });
    expect(
      profiledText(
        `ps_product_name|1|0;ps_item_cover_image|0|3;ps_item_image_1|0|3\nProduct Name;Cover image;Item Image 1\nMandatory name;Optional picture;Optional picture\nMug;${A};${B}`,
      ),
    ).toMatchObject({ profile: 'shopee', rows: [1, 4], urls: [1, 2], names: [0] });
  });
});

describe('profiles', () => {
  it('are known by their id, which is told when it is wrong', () => {
    expect(recogniseText('a;b', { profile: 'shopify-old' }).problems).toEqual([
      {
        code: 'unknown_profile',
        column: '',
        record: null,
        message: expect.stringMatching(
          /^There is no profile "shopify-old". Did you mean profile=shopify_old\? There are auto, none, shopify_new, shopify_old, /,
        ),
      },
    ]);
    expect(recogniseText(`a;b\nx;${A}`, { profile: 'etsy' }).problems).toEqual([
      {
        code: 'missing_column',
        column: 'TITLE',
        record: null,
        message:
          'None of the first rows is the header of "Etsy listings", which has "TITLE", "CURRENCY_CODE", "IMAGE1". Send profile=auto to have the file looked at as it is',
      },
    ]);
  });

  it('are left aside with none', () => {
    const text = `TITLE;CURRENCY_CODE;IMAGE1;IMAGE2\nMug;EUR;${A};`;
    expect(profiledText(text, { profile: 'none' })).toMatchObject({
      profile: null,
      urls: [2, 3],
      names: [0],
    });
  });

  it('give way to the column that is named', () => {
    const text = `TITLE;CURRENCY_CODE;IMAGE1;IMAGE2;SKU\nMug;EUR;${A};${B};M`;
    expect(profiledText(text, { urlColumns: ['IMAGE2'], nameColumn: 'sku' })).toMatchObject({
      profile: 'etsy',
      urls: [3],
      names: [4],
    });
  });

  it('can all be found by their own columns, name their source and ask for no more than they can have', () => {
    for (const profile of PROFILES) {
      expect(profile.id).toMatch(/^[a-z0-9_]+$/);
      expect(profile.source.length).toBeGreaterThan(10);
      const texts = [...profile.all, ...profile.names, ...profile.urls.map(({ column }) => column)];
      for (const text of texts.filter((name) => name.startsWith('/'))) expect(text).toMatch(/^\/.+\/$/);
      const header = texts.filter((name) => !name.startsWith('/'));
      for (const name of header)
        expect(columnsOf(header, name.toUpperCase())).toContain(header.indexOf(name));
    }
  });
});
