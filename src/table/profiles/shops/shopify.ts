// Shopify's product CSV, before and after its columns were renamed, and Matrixify's, which has the same columns and more.
import type { Note, Profile } from '../profile.ts';

const VARIANT_PICTURES: Note = {
  code: 'same_url',
  message:
    'Shopify matches the picture of a variant with one of the product by the same URL: equal URLs of this file stay equal',
};

export const SHOPIFY: readonly Profile[] = [
  {
    id: 'shopify_new',
    label: 'Shopify product export',
    all: ['URL handle', 'Title', 'Product image URL'],
    none: [],
    urls: [{ column: 'Product image URL' }, { column: 'Variant image URL' }],
    names: ['URL handle'],
    notes: [VARIANT_PICTURES],
    baseUrl: null,
    source: 'https://help.shopify.com/en/manual/products/import-export/using-csv',
  },
  {
    id: 'shopify_old',
    label: 'Shopify product export (older column names)',
    all: ['Handle', 'Title', 'Image Src', 'Variant SKU'],
    none: ['ID', 'Image Type'],
    urls: [{ column: 'Image Src' }, { column: 'Variant Image' }],
    names: ['Handle'],
    notes: [VARIANT_PICTURES],
    baseUrl: null,
    source: 'https://help.shopify.com/en/manual/products/import-export/using-csv',
  },
  {
    id: 'matrixify_products',
    label: 'Matrixify product export',
    all: ['Handle', 'Image Src', 'Image Type', 'Image Command'],
    none: [],
    urls: [{ column: 'Image Src' }, { column: 'Variant Image' }],
    names: ['Handle'],
    notes: [
      VARIANT_PICTURES,
      {
        code: 'adds_pictures',
        message:
          'With "MERGE" in Image Command, Matrixify adds the new pictures to the old ones; "REPLACE" takes the old ones away. Its sheet or file name must contain "Products"',
      },
    ],
    baseUrl: null,
    source: 'https://matrixify.app/documentation/products/',
  },
];
