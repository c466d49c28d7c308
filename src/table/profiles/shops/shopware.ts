// Shopware 6: the default profile of its product export.
import type { Profile } from '../profile.ts';

export const SHOPWARE: Profile = {
  id: 'shopware6',
  label: 'Shopware 6 product export',
  all: ['id', 'tax_rate', 'cover_media_id', 'cover_media_url'],
  none: [],
  urls: [{ column: 'cover_media_url' }, { column: 'media' }],
  names: ['name', 'product_number', 'id'],
  notes: [],
  baseUrl: null,
  source: 'https://docs.shopware.com/en/shopware-en/settings/importexport',
};
