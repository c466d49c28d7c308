// Product feeds: Google Merchant Center, and the catalogues of Meta (Facebook, Instagram), which take the same columns and more.
import type { Note, Profile } from '../profile.ts';

const URLS = [{ column: 'image_link' }, { column: 'additional_image_link' }];

const FETCHED_LATER: Note = {
  code: 'links_must_live',
  message:
    'The feed is read again and again: the new URLs must stay reachable, so store the results for good',
};

export const FEEDS: readonly Profile[] = [
  {
    id: 'google_feed',
    label: 'Google Merchant Center feed',
    all: ['id', 'title', 'link', 'image_link'],
    none: ['fb_product_category', 'video[0].url'],
    urls: URLS,
    names: ['title'],
    notes: [
      FETCHED_LATER,
      {
        code: 'formats',
        message: 'Google takes JPEG, PNG, GIF, WebP, BMP and TIFF: choose no AVIF',
        avoid: ['avif'],
      },
    ],
    baseUrl: null,
    source: 'https://support.google.com/merchants/answer/7052112',
  },
  ...['fb_product_category', 'video[0].url'].map(
    (own): Profile => ({
      id: 'meta_catalogue',
      label: 'Meta catalogue (Facebook, Instagram)',
      all: ['id', 'title', 'link', 'image_link', own],
      none: [],
      urls: URLS,
      names: ['title'],
      notes: [
        FETCHED_LATER,
        {
          code: 'formats',
          message: 'Meta takes JPEG and PNG: choose no other format',
          avoid: ['webp', 'avif', 'tiff'],
        },
      ],
      baseUrl: null,
      source: 'https://developers.facebook.com/docs/marketing-api/catalog/reference',
    }),
  ),
];
