import { describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../src/formats.ts';
import { sniff } from '../../src/image/sniff.ts';
import { sample } from '../fakes/pictures.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

describe('sniff', () => {
  it.each<ImageFormat>(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'])('names %s', async (format) => {
    expect(sniff(await sample(format, 16, 16))).toEqual({ format });
  });

  it.each([
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'HEIC'],
    ['\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'HEIC'],
    ['BM\x36\0\x0c\0\0\0\0\0', 'BMP'],
    ['\0\0\x01\0\x01\0', 'ICO'],
    ['\0\0\0\x0cjP  \r\n\x87\n', 'JPEG 2000'],
    ['\xff\x0a\xfa', 'JPEG XL'],
    ['8BPS\0\x01', 'Photoshop (PSD)'],
    ['II+\0\x08', 'BigTIFF'],
    ['II*\0\x10\0\0\0CR', 'Camera raw (CR2)'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'SVG'],
    ['\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><svg>', 'SVG'],
  ])('%j is a picture that cannot be read: %s', (bytes, name) => {
    expect(sniff(latin(bytes))).toEqual({
      format: null,
      code: 'unsupported_format',
      message: `${name} pictures cannot be read; export as JPEG`,
    });
  });

  it.each([
    ['  <!DOCTYPE html><html><svg></svg>', 'an HTML page'],
    ['<html lang="en">', 'an HTML page'],
    ['<?xml version="1.0"?><Error><Code>NoSuchKey</Code>', 'an XML document'],
    ['{"error":"not found"}', 'JSON text'],
    ['Not found', 'text'],
    ['%PDF-1.7', 'a PDF document'],
    ['\x1f\x8b\x08\0', 'gzip-compressed data'],
    ['PK\x03\x04', 'a ZIP archive or an Office document'],
    ['\0\0\0\x18ftypisom\0\0\0\0', 'an MP4 video'],
    ['\r\n\xff\xd8\xff', 'text'],
    ['\x01\x02\x03\x04', 'no format that is known here'],
  ])('%j is not an image: %s', (bytes, name) => {
    expect(sniff(latin(bytes))).toEqual({
      format: null,
      code: 'not_an_image',
      message: `This is ${name}, not an image`,
    });
  });

  it('an AVIF of major brand mif1 is an AVIF', () => {
    expect(sniff(latin('\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf'))).toEqual({ format: 'avif' });
  });
});
