// Walmart Marketplace's item template.
import type { Profile } from '../profile.ts';

export const WALMART: Profile = {
  id: 'walmart',
  label: 'Walmart item template',
  all: ['sku', 'productName', 'mainImageUrl'],
  none: [],
  urls: [{ column: 'mainImageUrl' }, { column: '/^productSecondaryImageURL\\d*$/' }],
  names: ['productName', 'sku'],
  notes: [
    {
      code: 'picture_ending',
      message: 'Walmart takes only URLs that end in the name of a JPEG or PNG file',
      avoid: ['webp', 'avif', 'tiff'],
    },
  ],
  baseUrl: null,
  source: 'Walmart: item spec of the Marketplace API (mainImageUrl, productSecondaryImageURL)',
};
