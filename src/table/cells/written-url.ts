// A URL as it is written into a cell in place of another.

import type { CellUrl } from './cell-url.ts';
import { BAR, BLANK, BULLET, COMMA, LINE_END, QUOTE } from './marks.ts';

const ENDS_IT = new RegExp(
  `[${BLANK}${LINE_END}${COMMA};${BAR}${QUOTE}${BULLET}()[\\]{}\\\\]|[.:]$|:(?=:)`,
  'g',
);

/**
 * The URL as it is written in place of `place`. What would end it in any form of cell is percent-encoded, in all of them:
 * a shop that reads the cell may split it where halve does not (Google's feeds want commas as %2C).
 */
export function writtenUrl(url: string, place: CellUrl): string {
  const host = /^(?:https?:)?\/\/[^/?#\\]*/i.exec(url)?.[0] ?? '';
  const text = host + url.slice(host.length).replace(ENDS_IT, percentEncoded);
  if (place.written === 'html') return text.replaceAll('&', '&amp;');
  return place.written === 'json' ? text.replaceAll('/', '\\/') : text;
}

function percentEncoded(character: string): string {
  return Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&');
}
