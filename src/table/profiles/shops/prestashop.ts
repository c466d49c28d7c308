// PrestaShop: the file its import takes, and the export of its product list, which names no pictures.
import type { Profile } from '../profile.ts';

export const PRESTASHOP: readonly Profile[] = [
  {
    id: 'prestashop_import',
    label: 'PrestaShop product import file',
    all: ['Product ID', 'Name *', 'Image URLs (x,y,z...)'],
    none: [],
    urls: [{ column: 'Image URLs (x,y,z...)' }],
    names: ['Name *'],
    notes: [
      {
        code: 'adds_pictures',
        message:
          'PrestaShop adds the new pictures to the old ones, unless "Delete existing images" is 1 in the row',
      },
    ],
    baseUrl: null,
    source: 'https://github.com/PrestaShop/PrestaShop/issues/9764',
  },
  {
    id: 'prestashop_grid',
    label: 'PrestaShop product list export',
    all: ['Product ID', 'Image', 'Reference', 'Status'],
    none: ['Image URLs (x,y,z...)'],
    urls: [],
    names: ['Name'],
    notes: [],
    baseUrl: null,
    source: 'https://github.com/PrestaShop/PrestaShop/issues/41313',
  },
];
