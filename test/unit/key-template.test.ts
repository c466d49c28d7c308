import { describe, expect, it } from 'vitest';
import { checkKeyTemplate, DEFAULT_KEY_TEMPLATE, fillKeyTemplate } from '../../src/util/key-template.ts';

const VALUES = {
  folder: 'id',
  row: 3,
  position: 2,
  seq: 7,
  url: 'https://shop.example/a/Blue%20Mug.final.JPEG?w=1#x',
  product: ' Mug “Océan” 0,3 l ',
};

describe('a key template', () => {
  it.each([
    [DEFAULT_KEY_TEMPLATE, 'id/3-2-Blue-Mug-final'],
    ['{request_id}/{product}/{row}-{position}', 'id/Mug-Ocean-0-3-l/3-2'],
    ['{request_id}/{seq}', 'id/7'],
    ['{request_id}/{name}-{seq}', 'id/Blue-Mug-final-7'],
    ['{request_id}/v1.2/r{row}/p{position}_{name}', 'id/v1.2/r3/p2_Blue-Mug-final'],
    ['{request_id}/{row}-{name}-{position}', 'id/3-Blue-Mug-final-2'],
  ])('%s is filled in', (template, key) => {
    expect(fillKeyTemplate(checkKeyTemplate(template), VALUES)).toBe(key);
  });

  it.each([
    ['{row}-{position}', 'must begin with {request_id}/'],
    ['x/{request_id}/{seq}', 'must begin with {request_id}/'],
    ['{request_id}/{request_id}/{seq}', 'have it once'],
    ['{request_id}', 'must begin with {request_id}/'],
    ['{request_id}/{name}', 'no two images'],
    ['{request_id}/{row}-{name}', 'no two images'],
    ['{request_id}/{row}{position}', 'between {row} and {position}'],
    ['{request_id}/{seq}{name}', 'between {seq} and {name}'],
    ['{request_id}/1{seq}', 'between 1 and {seq}'],
    ['{request_id}/{name}-{seq}-{product}', 'one of {name} and {product}'],
    ['{request_id}/../{seq}', 'begins with a dot'],
    ['{request_id}/.{seq}', 'begins with a dot'],
    ['{request_id}//{seq}', 'empty'],
    ['{request_id}/{seq}/', 'empty'],
    ['{request_id}/a b{seq}', 'may have letters'],
    ['{request_id}/{seq', 'may have letters'],
    ['{request_id}/{sku}-{seq}', '{sku} is none of'],
    ...['constructor', '__proto__', 'toString', 'hasOwnProperty'].map((name): [string, string] => [
      `{request_id}/{${name}}-{seq}`,
      `{${name}} is none of {request_id} {row}`,
    ]),
    [`{request_id}/${'a'.repeat(100)}{seq}`, '100 characters'],
  ])('%s is refused', (template, reason) => {
    expect(() => checkKeyTemplate(template)).toThrow(reason);
  });

  it('makes a name of whatever there is', () => {
    for (const [url, name] of [
      ['https://h/', 'image'],
      ['no url', 'image'],
      ['https://h/%ff%fe.jpg', 'ff-fe'],
      ['https://h/..%2f..%2fetc%2fpasswd', 'etc-passwd'],
      ['https://h/%E5%9B%BE.png', 'image'],
    ]) {
      expect(fillKeyTemplate('{request_id}/{seq}-{name}', { ...VALUES, url: url! })).toBe(`id/7-${name}`);
    }
  });
});
