// OpenCart has no CSV of its own: this is the layout of the tool CSV Price Pro.
import type { Profile } from '../profile.ts';

export const OPENCART: Profile = {
  id: 'opencart_csvpricepro',
  label: 'OpenCart export (CSV Price Pro)',
  all: ['_ID_', '_NAME_', '_IMAGE_'],
  none: [],
  urls: [{ column: '_IMAGE_' }, { column: '_IMAGES_' }],
  names: ['_NAME_'],
  notes: [
    {
      code: 'files_only',
      message:
        'OpenCart reads pictures as files of its image folder, not as URLs: put the results there and write their paths',
    },
  ],
  baseUrl: 'https://your-shop.example/image/',
  source: 'OpenCart marketplace: CSV Price Pro import/export',
};
