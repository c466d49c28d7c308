// Vendure's product import file.
import type { Profile } from '../profile.ts';

export const VENDURE: Profile = {
  id: 'vendure',
  label: 'Vendure product file',
  all: ['name', 'slug', 'assets', 'optionGroups', 'variantAssets'],
  none: [],
  urls: [{ column: 'assets' }, { column: 'variantAssets' }],
  names: ['name', 'sku'],
  notes: [],
  baseUrl: 'https://your-shop.example/assets/',
  source: 'https://docs.vendure.io/current/core/developer-guide/importing-data',
};
