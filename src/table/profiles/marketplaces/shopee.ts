// Shopee's mass upload and media files: names may carry `|0|3`, and rows with labels and hints stand below them.
import type { Profile } from '../profile.ts';

const SUFFIX = '(\\|\\d+\\|\\d+)?$/';

export const SHOPEE: Profile = {
  id: 'shopee',
  label: 'Shopee product file',
  all: [`/^ps_item_cover_image${SUFFIX}`],
  none: [],
  urls: [
    { column: `/^ps_item_cover_image${SUFFIX}` },
    { column: `/^ps_item_image[_.]\\d+${SUFFIX}` },
    { column: `/^et_title_image_per_variation${SUFFIX}` },
  ],
  names: [`/^(ps_product_name|et_title_product_name)${SUFFIX}`],
  notes: [],
  baseUrl: null,
  source: 'Shopee: Seller Centre, Mass Upload, template of November 2026',
};
