// Ecwid's catalogue export, also under other names (Lightspeed E-Series, website builders).
import type { Profile } from '../profile.ts';

export const ECWID: Profile = {
  id: 'ecwid',
  label: 'Ecwid product export',
  all: ['type', 'product_internal_id', 'product_media_main_image_url'],
  none: [],
  urls: [{ column: 'product_media_main_image_url' }, { column: '/^product_media_gallery_image_url_\\d+$/' }],
  names: ['product_name', 'product_internal_id'],
  notes: [
    {
      code: 'deletes_unlisted',
      message: 'Ecwid deletes the pictures of a product that its row does not list',
    },
    { code: 'keep_columns', message: 'Ecwid takes no columns that it does not know: import the import file' },
  ],
  baseUrl: null,
  source: 'https://help.shopsettings.com/hc/it/articles/16937570091159',
};
