// The object key of an image's result: its request's template, filled in.
import type { ClaimedImage, ProcessOptions } from '../ports.ts';
import { fillKeyTemplate, namesProduct } from '../util/key-template.ts';

/** Without an extension, which the real format decides. `productOf` is asked only where the template names the product. */
export async function imageKey(
  image: ClaimedImage,
  { key_template: template }: Pick<ProcessOptions, 'key_template'>,
  { folder, productOf }: { folder: string; productOf(image: ClaimedImage): Promise<string> },
): Promise<string> {
  const { row, position, seq, url } = image;
  const product = namesProduct(template) ? await productOf(image) : '';
  return fillKeyTemplate(template, { folder, row, position, seq, url, product });
}
