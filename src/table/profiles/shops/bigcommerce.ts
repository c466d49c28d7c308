// BigCommerce: the older product export (v2), whose header repeats names, and the newer one (v3).
import type { Profile } from '../profile.ts';

export const BIGCOMMERCE: readonly Profile[] = [
  {
    id: 'bigcommerce_v2',
    label: 'BigCommerce product export (older)',
    all: ['Item Type', 'Product ID', 'Product Code/SKU'],
    none: [],
    urls: [{ column: '/^Product Image (URL|File) - \\d+$/' }],
    names: ['Product Name', 'Product Code/SKU'],
    notes: [
      {
        code: 'formats',
        message: 'BigCommerce imports JPEG, PNG, GIF and WebP up to 8 MB: choose neither AVIF nor TIFF',
        avoid: ['avif', 'tiff'],
      },
    ],
    baseUrl: 'https://your-shop.example/product_images/',
    source: 'https://support.bigcommerce.com/articles/Public/Importing-Exporting-Products',
  },
  {
    id: 'bigcommerce_v3',
    label: 'BigCommerce product export',
    all: ['Item', 'ID', 'Name', 'Image URL (Import)'],
    none: [],
    urls: [
      { column: 'Internal Image URL (Export)', writeTo: 'Image URL (Import)' },
      { column: 'Variant Image URL' },
    ],
    names: ['Name', 'ID'],
    notes: [
      {
        code: 'write_to',
        message:
          'BigCommerce reads new pictures from "Image URL (Import)", not from the column it exports: send write_to=profile to have them there',
      },
      {
        code: 'formats',
        message: 'BigCommerce imports JPEG, PNG, GIF and WebP up to 8 MB: choose neither AVIF nor TIFF',
        avoid: ['avif', 'tiff'],
      },
    ],
    baseUrl: null,
    source: 'https://support.bigcommerce.com/articles/en_US/Knowledge/Supported-Product-Fields',
  },
];
