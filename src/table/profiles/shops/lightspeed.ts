// Lightspeed eCom (C-Series).
import type { Profile } from '../profile.ts';

export const LIGHTSPEED: Profile = {
  id: 'lightspeed_ecom',
  label: 'Lightspeed eCom product export',
  all: ['Internal_ID', 'Internal_Variant_ID', 'Images'],
  none: [],
  urls: [{ column: 'Images' }],
  names: ['/^[a-z]{2}_Title_(Short|Long)$/', 'Article_Code', 'Internal_ID'],
  notes: [],
  baseUrl: null,
  source: 'https://ecom-support.lightspeedhq.com/hc/en-us/articles/360016064814',
};
