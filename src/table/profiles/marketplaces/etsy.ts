// The listings that Etsy's shop settings give out.
import type { Profile } from '../profile.ts';

export const ETSY: Profile = {
  id: 'etsy',
  label: 'Etsy listings',
  all: ['TITLE', 'CURRENCY_CODE', 'IMAGE1'],
  none: [],
  urls: [{ column: '/^IMAGE\\d+$/' }],
  names: ['TITLE'],
  notes: [],
  baseUrl: null,
  source: 'Etsy: Shop Manager, Settings, Options, Download Data',
};
