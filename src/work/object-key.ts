// Object keys of results: readable for people, and never a path from the input.
import type { ClaimedImage } from '../ports.ts';

const LONGEST_NAME = 60;

/**
 * `{folder}/{row}-{position}-{name}` without an extension. The name is what is safe of the last part of the URL's path;
 * row and position make the key unique in the request.
 */
export function imageKey(
  folder: string,
  { row, position, url }: Pick<ClaimedImage, 'row' | 'position' | 'url'>,
): string {
  return `${folder}/${row}-${position}-${safeName(url)}`;
}

function safeName(url: string): string {
  let last = '';
  try {
    last = new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? '';
    last = decodeURIComponent(last);
  } catch {
    // An escape that is no UTF-8: the name is made from the text as it is.
  }
  const name = last
    .normalize('NFKD')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, '');
  return name || 'image';
}
