// Amazon's flat files: the older templates, and the newer ones with names such as `main_product_image_locator[marketplace_id=…]#1.media_location`.
import type { Note, Profile } from '../profile.ts';

const NOTES: readonly Note[] = [
  {
    code: 'formats',
    message: 'Amazon takes JPEG, PNG, TIFF and GIF that does not move: choose neither WebP nor AVIF',
    avoid: ['webp', 'avif'],
  },
];

export const AMAZON: readonly Profile[] = [
  {
    id: 'amazon_flatfile',
    label: 'Amazon flat file (older template)',
    all: ['item_sku', 'item_name', 'main_image_url'],
    none: [],
    urls: [
      { column: 'main_image_url' },
      { column: '/^other_image_url\\d+$/' },
      { column: 'swatch_image_url' },
    ],
    names: ['item_name', 'item_sku'],
    notes: NOTES,
    baseUrl: null,
    source: 'https://sellercentral.amazon.com/help/hub/reference/G1641',
  },
  {
    id: 'amazon_listings',
    label: 'Amazon listing template',
    all: ['/^main_product_image_locator(\\[|$)/', '/^item_name(\\[|$)/'],
    none: [],
    urls: [
      {
        column: '/^(main_product|other_product|swatch_product)_image_locator(_\\d+)?(\\[.*media_location)?$/',
      },
    ],
    names: ['/^item_name(\\[|$)/', '/^contribution_sku(#|$)/'],
    notes: NOTES,
    baseUrl: null,
    source: 'https://help.plentyone.com/hc/en-gb/articles/30473952441362',
  },
];
