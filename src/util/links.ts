// Every public address of the service, made in one place.

export type CsvKind = 'input' | 'output' | 'report' | 'failed';

export type Links = ReturnType<typeof createLinks>;

/** `base` is asked for each time, since the port may be known only after listening. No `/` at its end. */
export function createLinks(base: () => string) {
  return {
    base,
    /** In front of an object key, for disk storage. */
    files: () => `${base()}/files/`,
    status: (id: string) => `${base()}/status/${id}`,
    images: (id: string) => `${base()}/status/${id}/images`,
    csv: (kind: CsvKind, id: string) => `${base()}/${kind}_csv/${id}`,
  };
}

/**
 * Object key of one of a request's files. Each time the request is opened again the files it ends with get keys of their
 * own: a finisher that was thought dead overwrites nothing that is newer.
 */
export function csvKey(kind: CsvKind, { id, revision }: { id: string; revision: number }): string {
  return `${id}/${kind}${kind === 'input' || revision === 0 ? '' : `-${revision}`}.csv`;
}
