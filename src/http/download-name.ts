// What a download is called: after the file that came, in the header that browsers read it from (RFC 6266).
import { parse } from 'node:path';

const TYPES: Record<string, string> = {
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.tab': 'text/tab-separated-values',
  '.txt': 'text/plain',
};

/** The name of an uploaded file taken apart; one without a known ending is taken for CSV. */
export function kindOf(fileName: string): { base: string; ending: string; type: string } {
  const { name, ext } = parse(fileName.replaceAll('\\', '/'));
  const type = TYPES[ext.toLowerCase()];
  return { base: name || 'products', ending: type ? ext : '.csv', type: type ?? 'text/csv' };
}

export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.replace(/[\uD800-\uDFFF]/g, '_')).replace(
    /['()*]/g,
    percentEncoded,
  );
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${encoded}`}`;
}

const percentEncoded = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
