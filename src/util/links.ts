// Every public address of the service, made in one place.
import type { RequestFile } from '../request-files.ts';

export type Links = ReturnType<typeof createLinks>;

/** `base` is asked for each time, since the port may be known only after listening. No `/` at its end. */
export function createLinks(base: () => string) {
  return {
    base,
    /** In front of an object key, for disk storage. */
    files: () => `${base()}/files/`,
    status: (id: string) => `${base()}/status/${id}`,
    images: (id: string) => `${base()}/status/${id}/images`,
    csv: (kind: RequestFile, id: string) => `${base()}/${kind}_csv/${id}`,
    output: (id: string) => `${base()}/output/${id}`,
    import: (id: string) => `${base()}/import/${id}`,
    zip: (id: string) => `${base()}/zip/${id}`,
  };
}
