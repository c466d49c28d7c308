// The product export of Magento 2 and Adobe Commerce.
import type { Profile } from '../profile.ts';

export const MAGENTO: Profile = {
  id: 'magento2',
  label: 'Magento 2 product export',
  all: ['sku', 'store_view_code', 'product_type', 'base_image'],
  none: [],
  urls: [
    { column: 'base_image' },
    { column: 'small_image' },
    { column: 'thumbnail_image' },
    { column: 'swatch_image' },
    { column: 'additional_images' },
  ],
  names: ['sku'],
  notes: [
    {
      code: 'formats',
      message: 'Magento imports JPEG, PNG and GIF only: choose no other format',
      avoid: ['webp', 'avif', 'tiff'],
    },
  ],
  baseUrl: 'https://your-shop.example/media/catalog/product',
  source:
    'https://experienceleague.adobe.com/docs/commerce-admin/systems/data-transfer/data-attributes-product.html',
};
