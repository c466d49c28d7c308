// report.csv: programs read it by the places of its columns as much as by their names.
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { REPORT_HEADER, type ReportImage, reportLine } from '../../src/finish/report-csv.ts';

const IMAGE: ReportImage = {
  row: 1,
  position: 2,
  input_url: 'in',
  output_url: 'out',
  status: 'processed',
  error_code: 'code',
  error_message: 'message',
  http_status: 3,
  bytes_in: 4,
  bytes_out: 5,
  width: 6,
  height: 7,
  format: 'jpeg',
  quality: 8,
  kept_original: false,
  encoder: 'sharp',
  source_quality: 9,
  attempts: 10,
  sha256: 'sum',
  original_url: 'original',
  product_name: 'Mug',
  s_no: '11',
  column: 'Images',
};
const NOTHING = Object.fromEntries(Object.keys(IMAGE).map((name) => [name, null])) as unknown as ReportImage;

it('has its columns in this order, and every value under its name', () => {
  expect(REPORT_HEADER).toBe(
    'row,position,input_url,output_url,status,error_code,error_message,http_status,bytes_in,bytes_out,' +
      'width,height,format,quality,kept_original,encoder,source_quality,attempts,sha256,original_url,' +
      'product_name,s_no,column\r\n',
  );
  expect(reportLine(IMAGE)).toBe(
    '1,2,in,out,processed,code,message,3,4,5,6,7,jpeg,8,false,sharp,9,10,sum,original,Mug,11,Images\r\n',
  );
});

it('leaves empty what there is not, quotes what must be, and leaves the URL as it is', () => {
  expect(reportLine({ ...NOTHING, input_url: '=a,"b"', error_message: '=1+1', kept_original: true })).toBe(
    `,,"=a,""b""",,,,'=1+1,,,,,,,,true,,,,,,,,\r\n`,
  );
  // What begins like text is text.
  expect(reportLine({ ...NOTHING, error_message: '1 = 1' })).toBe(',,,,,,1 = 1,,,,,,,,,,,,,,,,\r\n');
});

it('is RFC 4180, with one cell for every column', () => {
  const odd = { error_message: 'a "b",\nc', product_name: 'x,"y"\r\nz', column: ' "' };
  const text = REPORT_HEADER + reportLine({ ...IMAGE, ...odd });
  const rows: Record<string, string>[] = parse(text, { columns: true, record_delimiter: '\r\n' });
  expect(rows).toEqual([
    { ...Object.fromEntries(Object.entries(IMAGE).map(([name, value]) => [name, String(value)])), ...odd },
  ]);
});

it.each(['=cmd()', '+1', '-1', '@x', '\tx', '\rx'])('lets no spreadsheet run %j', (text) => {
  const free = ['error_message', 'product_name', 's_no', 'column'];
  const line = reportLine({ ...NOTHING, ...Object.fromEntries(free.map((name) => [name, text])) });
  const [row]: Record<string, string>[] = parse(REPORT_HEADER + line, {
    columns: true,
    record_delimiter: '\r\n',
  });
  expect(free.map((name) => row![name])).toEqual(free.map(() => `'${text}`));
});
