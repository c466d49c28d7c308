// eBay: File Exchange, and the drafts template, which has `#INFO` lines above its header.
import type { Profile } from '../profile.ts';

const ACTION = '/^\\*?Action\\(SiteID=/';

export const EBAY: readonly Profile[] = [
  {
    id: 'ebay_fileexchange',
    label: 'eBay File Exchange file',
    all: [ACTION, 'PicURL'],
    none: [],
    urls: [{ column: 'PicURL' }],
    names: ['*Title', 'CustomLabel'],
    notes: [],
    baseUrl: null,
    source: 'eBay: Seller Hub, Reports, Uploads (File Exchange)',
  },
  {
    id: 'ebay_drafts',
    label: 'eBay draft listings',
    all: [ACTION, 'Item photo URL'],
    none: [],
    urls: [{ column: 'Item photo URL' }],
    names: ['Title'],
    notes: [],
    baseUrl: null,
    source: 'eBay: Seller Hub, Reports, Uploads, draft template of November 2026',
  },
];
