// Counts the URLs that are those of small versions of pictures, as shops make them: a table of the marks they bear.

/** A side of fewer pixels than this is small: 1 to 399. */
const SMALL = '[1-3]?\\d{1,2}';
const ENDING = '\\.(?:jpe?g|png|gif|webp|avif)';

const MARKS: readonly string[] = [
  // PrestaShop
  '-(?:cart|small|medium|home)_default\\b',
  // Shopify
  `_(?:pico|icon|thumb|small|compact|${SMALL}x(?:${SMALL})?|x${SMALL})(?:_crop_[a-z]+)?(?:@[23]x)?${ENDING}`,
  // WordPress, WooCommerce
  `-${SMALL}x${SMALL}${ENDING}`,
  // Folders of many programs
  '/(?:thumb|thumbnail)s?/',
  // Image servers that scale
  `[?&](?:w|width|h|height)=${SMALL}(?![\\d.])`,
];
const MARK = new RegExp(MARKS.join('|'), 'i');
const LONGEST = 200;

export class ThumbnailCounter {
  count = 0;
  #first: { url: string; mark: string } | null = null;

  see(url: string): void {
    const mark = MARK.exec(url)?.[0];
    if (mark === undefined) return;
    this.count++;
    this.#first ??= { url: url.slice(0, LONGEST), mark };
  }

  /** About the whole file; null when there are none. */
  get warning(): { code: 'thumbnail'; message: string } | null {
    if (this.#first === null) return null;
    const { url, mark } = this.#first;
    const [these, it] =
      this.count === 1
        ? ['1 address looks like that of a small version of a picture', 'it']
        : [
            `${this.count.toLocaleString('en')} addresses look like those of small versions of pictures`,
            'them',
          ];
    return {
      code: 'thumbnail',
      message: `${these}, by "${mark}" in ${url}: a shop would show ${it} small or blurred. Take the addresses of the full pictures if there are any`,
    };
  }
}
