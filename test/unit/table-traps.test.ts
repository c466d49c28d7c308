// Traps of real catalogues: texts with pictures in them, pictures in place of addresses, headers repeated, quotes that are none.
import { describe, expect, it } from 'vitest';
import { createTableChecker, type TableCheck } from '../../src/table/table.ts';

const A = 'https://cdn.example/a/1.jpg';
const B = 'https://cdn.example/a/2.jpg';

function check(text: string): TableCheck {
  const checker = createTableChecker();
  checker.push(Buffer.from(text));
  return checker.end();
}

const urlColumns = ({ shape }: TableCheck) => shape?.columns.urls.map(({ title }) => title);
const html = (url: string) => `<p><img src="${url}"></p>`.replaceAll('"', '""');

describe('HTML', () => {
  it('is no column of pictures beside one, even when it has nothing else in it', () => {
    const file = check(`Name,Text,Photo\nMug,"${html(B)}",${A}\nLamp,"${html(B)}",${A}\n`);
    expect([urlColumns(file), file.images]).toEqual([['Photo'], 2]);
    expect(file.candidates.map(({ header, why }) => [header, why])).toEqual([
      ['Text', 'its cells are HTML, and its name does not say pictures'],
      ['Photo', 'its addresses end like pictures (.jpg, .png …)'],
    ]);
  });

  it('is one when its name says so, or when there is no other', () => {
    expect(urlColumns(check(`Name,Gallery,Photo\nMug,"${html(B)}",${A}\n`))).toEqual(['Gallery', 'Photo']);
    expect(urlColumns(check(`Name,Text\nMug,"${html(B)}"\n`))).toEqual(['Text']);
  });

  it('with words around its pictures is a text, however long their addresses are', () => {
    const file = check(`Name,Text\nMug,"<p>Fine</p>${html(`${B}?${'x'.repeat(200)}`)}"\n`);
    expect(file.problems.map(({ code }) => code)).toEqual(['missing_column']);
    expect(urlColumns(check(`Name,Text\nMug,${A}<br>${B}\n`))).toEqual(['Text']);
    expect(urlColumns(check(`Name,Text\nMug,<${A}>\n`))).toEqual(['Text']);
  });
});

it('a picture in the place of an address passes through, and its line is named', () => {
  const base64 = `iVBORw0KGgo${'A'.repeat(40)}`;
  const file = check(`Name,Photo\nMug,${A}\nLamp,"data:image/png;base64,${base64}"\nChair,${base64}\n`);
  expect([file.images, file.products, file.rows]).toEqual([
    1,
    1,
    { total: 3, passed_through: 2, with_problems: 0 },
  ]);
  expect(file.warnings.map(({ code, line, column }) => [code, line, column])).toEqual([
    ['embedded_pictures', null, null],
    ['embedded_picture', 3, 'Photo'],
    ['embedded_picture', 4, 'Photo'],
  ]);
  expect(JSON.stringify(file)).not.toContain(base64);
});

it('a header among the rows passes through', () => {
  const file = check(`Code,Photo\nM,${A}\nCode,Photo\nL,${B}\n`);
  expect([file.images, file.rows.passed_through, file.warnings]).toEqual([2, 1, []]);
});

it('says `[]` and `n/a` are no addresses without doubting the column', () => {
  const file = check(`Name,Pics\nMug,"[""https:\\/\\/cdn.example\\/1.jpg""]"\nA,[]\nB,n/a\nC,[]\n`);
  expect([urlColumns(file), file.images, file.rows.passed_through]).toEqual([['Pics'], 1, 3]);
});

describe('quotes in a tab file', () => {
  it('mean nothing where rows are as wide as the header only without them', () => {
    const file = check(`Code\tName\tSize\tPhoto\nB\t"Box\t2"\t${A}\nP\tPipe\t1\t${B}\n`);
    expect([file.shape?.quoting, urlColumns(file), file.images]).toEqual(['none', ['Photo'], 2]);
  });

  it('count where they keep a tab or a line end in a cell', () => {
    const file = check(`Code\tName\tPhoto\nB\t"Box\twide"\t${A}\nP\t"Pipe\nlong"\t${B}\n`);
    expect([file.shape?.quoting, file.images]).toEqual(['rfc4180', 2]);
  });
});

it('a description names a product only where nothing else does', () => {
  const names = (header: string) => {
    const { shape, header: titles } = check(`${header}\nM,A mug,Mug,${A}\n`);
    return shape?.columns.names.map((index) => titles[index]);
  };
  expect(names('Code,Descripción del artículo,Color,Photo')).toEqual(['Descripción del artículo']);
  expect(names('Code,Description,Name,Photo')).toEqual(['Name']);
});
