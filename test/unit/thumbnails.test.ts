// Addresses of small versions of pictures, by the marks that shops put on them.
import { expect, it } from 'vitest';
import { ThumbnailCounter } from '../../src/table/thumbnails.ts';

const SMALL = [
  'https://s.example/img/12-small_default/mug.jpg',
  'https://s.example/img/12-home_default.jpg',
  'https://cdn.example/mug_100x100.jpg?v=1',
  'https://cdn.example/mug_300x.png',
  'https://cdn.example/mug_x240@2x.webp',
  'https://cdn.example/mug_small.jpg',
  'https://s.example/uploads/mug-150x150.JPG',
  'https://s.example/thumb/mug.jpg',
  'https://s.example/media/thumbnails/mug.jpg',
  'https://i.example/mug.jpg?w=100',
  'https://i.example/mug.jpg?q=80&width=320&fit=crop',
];
const LARGE = [
  'https://s.example/img/12-large_default/mug.jpg',
  'https://s.example/img/12-thickbox_default/mug.jpg',
  'https://cdn.example/mug_1024x1024.jpg',
  'https://cdn.example/table_80x120cm.jpg',
  'https://s.example/uploads/mug-1536x1536.jpg',
  'https://s.example/rug-120x80.html',
  'https://s.example/thumb.jpg',
  'https://i.example/mug.jpg?w=1000',
  'https://i.example/mug.jpg?w=1.5',
  'https://i.example/mug.jpg?pw=100',
];

it.each(SMALL)('%s is small', (url) => {
  expect(countOf([url])).toBe(1);
});

it.each(LARGE)('%s is not', (url) => {
  expect(countOf([url])).toBe(0);
});

it('says how many there are, and shows the first', () => {
  const counter = new ThumbnailCounter();
  expect(counter.warning).toBeNull();
  for (const url of [...LARGE, ...SMALL]) counter.see(url);
  expect(counter.warning).toEqual({
    code: 'thumbnail',
    message: `11 addresses look like those of small versions of pictures, by "-small_default" in ${SMALL[0]}: a shop would show them small or blurred. Take the addresses of the full pictures if there are any`,
  });
});

function countOf(urls: string[]): number {
  const counter = new ThumbnailCounter();
  for (const url of urls) counter.see(url);
  return counter.count;
}
