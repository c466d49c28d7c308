// One catalogue with everything that goes wrong in the field, and what must come back. Used by the server and by `run`.
import sharp from 'sharp';
import { type Origin, startOrigin } from '../fakes/origin.ts';
import {
  animation,
  COPYRIGHT,
  corners,
  exif,
  GPS_TEXT,
  photo,
  photoJpeg,
  quadrants,
} from '../fakes/pictures.ts';

/** What one position of the file must become. */
export interface Expected {
  row: number;
  position: number;
  path: string;
  /** null: processed. */
  code: string | null;
  format?: string;
}

export interface HostileCatalogue {
  origin: Origin;
  csv: Buffer;
  expected: Expected[];
  /** output.csv, given the output URL of each position ('' where it failed). */
  output(urls: string[]): Buffer;
}

export async function startHostileCatalogue(): Promise<HostileCatalogue> {
  const good = await photoJpeg(400, 300);
  const other = await photo(400, 300, { seed: 9 }).jpeg({ quality: 92 }).toBuffer();
  const rotated = await quadrants(320, 192).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
  const located = insertExif(await photoJpeg(320, 240, 95), exif(1));
  const jpeg = { 'content-type': 'image/jpeg' };
  const origin = await startOrigin({
    '/good.jpg': { headers: jpeg, body: good },
    '/a/same.jpg': { headers: jpeg, body: good },
    '/b/same.jpg': { headers: jpeg, body: other },
    '/gone.jpg': { status: 404, body: 'gone' },
    '/page.jpg': { headers: jpeg, body: '<!doctype html><title>Not found</title><p>Sorry' },
    '/empty.jpg': { headers: jpeg, body: '' },
    '/cut.jpg': { headers: jpeg, body: good.subarray(0, good.length / 2) },
    '/moved.jpg': { status: 302, headers: { location: '/good.jpg' } },
    '/loop.jpg': { status: 302, headers: { location: '/loop.jpg' } },
    '/alpha.png': { body: await photo(300, 200, { alpha: true }).png().toBuffer() },
    '/photo.webp': { body: await photo(300, 200).webp({ quality: 95 }).toBuffer() },
    '/moving.gif': { headers: { 'content-type': 'image/gif' }, body: await animation('gif') },
    '/rotated.jpg': { headers: jpeg, body: rotated },
    '/located.jpg': { headers: jpeg, body: located },
    '/w_300,h_200/fit,crop.jpg': { headers: jpeg, body: good },
    '/phone.heic': { body: Buffer.from('000000186674797068656963000000006d69663168656963', 'hex') },
  });
  const o = origin.url;
  const EOL = '\r\n';
  // Each row: what stands before the output cell, its URLs in order, and the separator of its cell.
  const rows: {
    text: string;
    paths: [path: string, code: string | null, format?: string][];
    separator?: string;
  }[] = [
    {
      text: `1,"Mug, ""large""","${o}/good.jpg,${o}/gone.jpg,${o}/moved.jpg",A-1,9.90`,
      paths: [
        ['/good.jpg', null, 'jpeg'],
        ['/gone.jpg', 'http_404'],
        ['/moved.jpg', null, 'jpeg'],
      ],
    },
    {
      text: `2,"Lamp\r\nsecond line","${o}/page.jpg, ${o}/empty.jpg",A-2,"1,00"`,
      paths: [
        ['/page.jpg', 'not_an_image'],
        ['/empty.jpg', 'empty_body'],
      ],
    },
    { text: `3,Größe Ü,${o}/cut.jpg,,`, paths: [['/cut.jpg', 'corrupt_image']] },
    {
      text: `4,Alpha,"${o}/alpha.png|${o}/photo.webp|${o}/moving.gif",A-4,`,
      separator: '|',
      paths: [
        ['/alpha.png', null, 'png'],
        ['/photo.webp', null, 'webp'],
        ['/moving.gif', null, 'gif'],
      ],
    },
    { text: `14,Rotated,${o}/rotated.jpg,A-14,=1+1`, paths: [['/rotated.jpg', null, 'jpeg']] },
    {
      text: `13,"Same name","${o}/a/same.jpg\n${o}/b/same.jpg",A-13,x`,
      separator: '\n',
      paths: [
        ['/a/same.jpg', null, 'jpeg'],
        ['/b/same.jpg', null, 'jpeg'],
      ],
    },
    {
      text: `13,Commas,"${o}/w_300,h_200/fit,crop.jpg,${o}/loop.jpg,${o}/located.jpg",A-13,x`,
      paths: [
        ['/w_300,h_200/fit,crop.jpg', null, 'jpeg'],
        ['/loop.jpg', 'too_many_redirects'],
        ['/located.jpg', null, 'jpeg'],
      ],
    },
    {
      text: `A-17,Twice,"${o}/good.jpg,${o}/good.jpg",A-17,x`,
      paths: [
        ['/good.jpg', null, 'jpeg'],
        ['/good.jpg', null, 'jpeg'],
      ],
    },
    { text: `18,iPhone,${o}/phone.heic,A-18,x`, paths: [['/phone.heic', 'unsupported_format']] },
  ];
  const header = 'S. No.,Product Name,Input Image Urls,SKU,Price';
  const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
  // A blank line in the middle, and no line end behind the last row.
  const assemble = (head: string, lines: string[]) =>
    Buffer.concat([BOM, Buffer.from([head, ...lines.slice(0, 3), '', ...lines.slice(3)].join(EOL))]);

  return {
    origin,
    csv: assemble(
      header,
      rows.map(({ text }) => text),
    ),
    expected: rows.flatMap(({ paths }, row) =>
      paths.map(([path, code, format], position) => ({
        row: row + 1,
        position: position + 1,
        path,
        code,
        ...(format && { format }),
      })),
    ),
    output(urls) {
      const left = [...urls];
      return assemble(
        `${header},Output Image Urls`,
        rows.map(({ text, paths, separator = ',' }) => {
          const cell = left.splice(0, paths.length).join(separator);
          return `${text},${/[,"\r\n]/.test(cell) ? `"${cell}"` : cell}`;
        }),
      );
    },
  };
}

/** Checks of the pictures themselves: which came out where, upright, without GPS. */
export async function checkPictures(
  read: (row: number, position: number) => Promise<Buffer>,
): Promise<string[]> {
  const problems: string[] = [];
  const check = (what: string, holds: boolean) => holds || problems.push(what);
  const alpha = await sharp(await read(4, 1)).metadata();
  check('the PNG keeps its alpha', alpha.hasAlpha === true && alpha.format === 'png');
  const gif = await sharp(await read(4, 3), { animated: true }).metadata();
  check('the GIF keeps its frames', gif.pages === 4);
  const upright = await read(5, 1);
  const { width, height } = await sharp(upright).metadata();
  check(
    'the rotated picture is upright',
    (await corners(upright)) === 'BRWG' && width === 192 && height === 320,
  );
  check('same base name, other picture', !(await read(6, 1)).equals(await read(6, 2)));
  const located = await read(7, 3);
  check('GPS is gone', !located.includes(GPS_TEXT));
  check('copyright stays', located.includes(COPYRIGHT));
  return problems;
}

function insertExif(jpeg: Buffer, tiff: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
  const marker = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, body, jpeg.subarray(2)]);
}
