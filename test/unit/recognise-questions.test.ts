// Where the file does not say which columns are pictures, it is asked, with the option that settles it.
import { describe, expect, it } from 'vitest';
import { layoutOf, recogniseText, refusalOf } from '../fakes/tables.ts';

const A = 'https://img.example/f/a.jpg';
const B = 'https://img.example/f/b.png';
const PAGE = 'https://shop.example/p/mug';

describe('what is asked', () => {
  it('which of two columns that say nothing', () => {
    expect(
      refusalOf(
        'Name;Link;Media\nMug;https://x.example/1;https://y.example/1\nLamp;https://x.example/2;https://y.example/2',
      ),
    ).toEqual([
      [
        'ambiguous_column',
        'Which column holds the pictures? "Link" and "Media" both hold web addresses: send url_column=Link or url_column=Media',
      ],
    ]);
    expect(refusalOf('Name;Assets;Media\nMug;https://x.example/1;https://y.example/1')).toEqual([
      [
        'ambiguous_column',
        'Which column holds the pictures? "Assets" and "Media" both hold web addresses: send url_column=Assets or url_column=Media',
      ],
    ]);
  });

  it('whether a column of pages or a bare URL is meant', () => {
    expect(refusalOf(`Name;Product URL\nMug;${PAGE}`)).toEqual([
      [
        'ambiguous_column',
        'Which column holds the pictures? Only "Product URL" holds web addresses, and its name says a page and its addresses do not end like pictures: if they are pictures, send url_column=Product URL',
      ],
    ]);
    expect(refusalOf('Name;URL\nMug;https://x.example/1')[0]![0]).toBe('ambiguous_column');
    expect(layoutOf('Name;URL\nMug;https://x.example/1', { urlColumns: ['URL'] })).toEqual([1, 2, [1], [0]]);
  });

  it('where paths hang under', () => {
    expect(refusalOf('Name;Picture\nMug;/m/u/mug.jpg\nLamp;/l/a/lamp.jpg')).toEqual([
      [
        'needs_base_url',
        '"Picture" holds paths or names of files without a host (/m/u/mug.jpg): send base_url with the address that they hang under, such as base_url=https://your-shop.example/images/',
      ],
    ]);
    expect(refusalOf('Name;Media\nMug;1_a~mv2.jpg;')[0]![1]).toContain(
      'base_url=https://static.wixstatic.com/media/',
    );
    expect(layoutOf('Name;Picture\nMug;/m/u/mug.jpg', { baseUrl: 'https://s.example/' })).toEqual([
      1,
      2,
      [1],
      [0],
    ]);
    expect(recogniseText(`Name;Picture\nMug;${A}\nLamp;l.jpg\nSofa;${B}`).warnings).toEqual([
      {
        code: 'relative_paths',
        message: '1 cell of "Picture" holds a path without a host: send base_url to have it fetched too',
      },
    ]);
  });

  it('for addresses instead of pictures in cells, which are never printed', () => {
    const embedded = `data:image/png;base64,${'iVBORw0KGgo'.repeat(40)}`;
    const only = recogniseText(`Name|Image\nMug|${embedded}\nLamp|${embedded}`, {}, '|');
    expect(only.problems).toMatchObject([{ code: 'missing_column' }]);
    expect(only.problems[0]!.message).toMatch(
      /^No column holds addresses of pictures\. "Image" holds pictures themselves \(data:image\/…\)/,
    );
    const some = recogniseText(`Name|Image\nMug|${A}\nLamp|${embedded}`, {}, '|');
    expect(some.layout!.urls).toEqual([{ index: 1, writeTo: null }]);
    expect(some.warnings).toEqual([
      {
        code: 'embedded_pictures',
        message:
          '1 cell of "Image" holds a picture itself (data:image/…) instead of an address: they stay as they are',
      },
    ]);
    expect(JSON.stringify([only, some])).not.toContain('iVBOR');
  });

  it('for the pictures that a sheet keeps out of its CSV', () => {
    expect(refusalOf('Name;Image;Price\nMug;;5.00')[0]![1]).toBe(
      'No column holds addresses of pictures. "Image" is empty: pictures that a sheet shows with IMAGE() are not in its CSV, so download it as XLSX. Name the column with url_column, or the row of the header with header_row. The header has "Name", "Image", "Price"',
    );
    expect(recogniseText('').problems).toMatchObject([{ code: 'missing_column' }]);
  });
});
