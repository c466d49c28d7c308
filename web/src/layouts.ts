// What the page says of the layouts that are recognised: their names, who imports them, what that importer refuses.
import { FORMATS } from '../../src/formats.ts';
import { PROFILES } from '../../src/table/profiles/index.ts';

const byId = new Map([...PROFILES].reverse().map((profile) => [profile.id, profile]));

/** Ids with their names, each once. */
export const LAYOUTS = [...byId.values()].reverse().map(({ id, label }) => [id, label] as const);

const KIND_OF_FILE = / (?:product|listings?|draft|export|feed|catalogue|flat|file|item)\b.*$/i;

/** `Shopify product export` is imported into `Shopify`; null where the layout is nobody's. */
export function importerOf(id: string | null): string | null {
  return byId.get(id ?? '')?.label.replace(KIND_OF_FILE, '') ?? null;
}

export interface FormatAdvice {
  refused: readonly string[];
  /** One that every importer takes. */
  safe: { format: string; label: string };
}

/** null when the importer takes whatever there is. */
export function formatAdvice(id: string | null): FormatAdvice | null {
  const refused = byId.get(id ?? '')?.notes.flatMap(({ avoid }) => avoid ?? []) ?? [];
  const safe = Object.entries(FORMATS).find(
    ([format, { offered }]) => offered && !refused.some((other) => other === format),
  );
  return refused.length > 0 && safe ? { refused, safe: { format: safe[0], label: safe[1].label } } : null;
}

/** The column from which the importer reads new URLs, when that is another than the one it exports. */
export function importColumn(id: string | null): string | null {
  return byId.get(id ?? '')?.urls.find(({ writeTo }) => writeTo)?.writeTo ?? null;
}
