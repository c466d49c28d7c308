// Wix Stores: the older catalogue (v1), which names media by bare ids, and the newer one (v3), with rows of their own for media.
import type { Profile } from '../profile.ts';

const MEDIA = 'https://static.wixstatic.com/media/';

export const WIX: readonly Profile[] = [
  {
    id: 'wix',
    label: 'Wix product export (older)',
    all: ['handleId', 'fieldType', 'productImageUrl'],
    none: [],
    urls: [{ column: 'productImageUrl' }],
    names: ['handleId'],
    notes: [],
    baseUrl: MEDIA,
    source:
      'https://support.wix.com/en/article/wix-stores-importing-products-from-another-ecommerce-platform',
  },
  {
    id: 'wix_v3',
    label: 'Wix product export',
    all: ['handle', 'fieldType', 'media'],
    none: [],
    urls: [{ column: 'media' }],
    names: ['handle'],
    notes: [],
    baseUrl: MEDIA,
    source:
      'https://support.wix.com/en/article/wix-stores-importing-products-from-another-ecommerce-platform',
  },
];
