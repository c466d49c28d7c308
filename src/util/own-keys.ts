// Which object keys are halve's own, and whose: what those who clean up may touch.
import { formatOfKey } from '../formats.ts';
import { FILE_KEY_END } from '../request-files.ts';

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const OF_A_REQUEST = new RegExp(`^(${ID})/(?:(${FILE_KEY_END})|.+)$`);
/** `halve doctor` writes one and removes it. */
const PROBE = new RegExp(`^halve-doctor/${ID}\\.csv$`);

/** What a key says: an object of a request, or a probe; null for whatever halve does not write. */
export function ownerOf(key: string): { request: string | null } | null {
  const [, request, csv] = OF_A_REQUEST.exec(key) ?? [];
  if (request && (csv || formatOfKey(key))) return { request };
  return PROBE.test(key) ? { request: null } : null;
}
