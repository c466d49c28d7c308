// WooCommerce's own product export, in English. Its header is translated into the shop's language: others are found by content.
import type { Profile } from '../profile.ts';

export const WOOCOMMERCE: Profile = {
  id: 'woocommerce',
  label: 'WooCommerce product export',
  all: ['ID', 'Type', 'SKU', 'Name', 'Images', 'Parent'],
  none: [],
  urls: [{ column: 'Images' }],
  names: ['Name'],
  notes: [
    {
      code: 'adds_pictures',
      message:
        'WooCommerce takes a picture with a new URL into its media library as a new file; the old file stays there',
    },
  ],
  baseUrl: null,
  source: 'https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema',
};
