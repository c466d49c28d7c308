// All profiles, in the order in which people are told of them.
import { AMAZON } from './marketplaces/amazon.ts';
import { EBAY } from './marketplaces/ebay.ts';
import { ETSY } from './marketplaces/etsy.ts';
import { FEEDS } from './marketplaces/feeds.ts';
import { SHOPEE } from './marketplaces/shopee.ts';
import { WALMART } from './marketplaces/walmart.ts';
import type { Profile } from './profile.ts';
import { BIGCOMMERCE } from './shops/bigcommerce.ts';
import { ECWID } from './shops/ecwid.ts';
import { LIGHTSPEED } from './shops/lightspeed.ts';
import { MAGENTO } from './shops/magento.ts';
import { OPENCART } from './shops/opencart.ts';
import { PRESTASHOP } from './shops/prestashop.ts';
import { SHOPIFY } from './shops/shopify.ts';
import { SHOPWARE } from './shops/shopware.ts';
import { SQUARESPACE } from './shops/squarespace.ts';
import { VENDURE } from './shops/vendure.ts';
import { WIX } from './shops/wix.ts';
import { WOOCOMMERCE } from './shops/woocommerce.ts';

export type { Note, Profile } from './profile.ts';

export const PROFILES: readonly Profile[] = [
  SHOPIFY,
  WOOCOMMERCE,
  MAGENTO,
  PRESTASHOP,
  SHOPWARE,
  OPENCART,
  BIGCOMMERCE,
  ECWID,
  SQUARESPACE,
  WIX,
  LIGHTSPEED,
  VENDURE,
  FEEDS,
  AMAZON,
  EBAY,
  ETSY,
  WALMART,
  SHOPEE,
].flat();
