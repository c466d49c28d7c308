// Object keys: what one may look like, what a prefix covers, and what an object is to be served as.

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** @throws on what is no key: so no adapter ever sees a path that leads elsewhere. */
export function checkKey(key: string): string {
  if (!KEY.test(key)) throw new Error(`not an object key: ${JSON.stringify(key)}`);
  return key;
}

/** A prefix is a whole key or whole segments of one, with or without the `/` behind. Never '', which would be everything. */
export function checkPrefix(prefix: string): string {
  return checkKey(prefix.replace(/\/$/, ''));
}

/** For reading, '' is a prefix too. */
export function checkListed(prefix: string): string {
  return prefix === '' ? '' : checkPrefix(prefix);
}

/** Whether `key` is below the prefix: `r1` covers `r1` and `r1/a`, not `r10/a`. */
export function isBelow(prefix: string, key: string): boolean {
  return prefix === '' || key === prefix || key.startsWith(`${prefix}/`);
}

export interface ObjectHeaders {
  contentType: string;
  contentDisposition?: string;
  cacheControl: string;
}

/** Images never change under their key; CSVs are for their owner, to be saved as files. */
export function headersOf(key: string, contentType: string): ObjectHeaders {
  if (contentType !== 'text/csv') return { contentType, cacheControl: 'public, max-age=31536000, immutable' };
  const name = key.slice(key.lastIndexOf('/') + 1);
  return {
    contentType,
    contentDisposition: `attachment; filename="${name}"`,
    cacheControl: 'private, no-store',
  };
}
