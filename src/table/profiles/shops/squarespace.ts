// Squarespace's product export.
import type { Profile } from '../profile.ts';

export const SQUARESPACE: Profile = {
  id: 'squarespace',
  label: 'Squarespace product export',
  all: ['Product ID [Non Editable]', 'Hosted Image URLs'],
  none: [],
  urls: [{ column: 'Hosted Image URLs' }],
  names: ['Title', 'SKU'],
  notes: [
    {
      code: 'picture_ending',
      message: 'Squarespace takes only URLs whose path ends like a picture (.jpg, .png …)',
    },
    {
      code: 'keep_columns',
      message: 'Squarespace takes neither more columns nor fewer: import the import file',
    },
  ],
  baseUrl: null,
  source: 'Squarespace help: importing and exporting products',
};
