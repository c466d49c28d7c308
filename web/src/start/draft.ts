// What is about to be uploaded, as the API's form takes it.

/** What is said of the file. Empty: it is found out. */
export interface TableSettings {
  profile: string;
  /** `#1`, `#2` …, since names may stand in a header twice; null: they are found. */
  url_column: string[] | null;
  name_column: string;
  header_row: string;
  base_url: string;
  rows: string;
  encoding: string;
}

export interface Settings extends TableSettings {
  quality: number;
  /** The quality is a share of the source's own, not a place on the encoder's scale. */
  relative: boolean;
  format: string;
  max_width: string;
  max_height: string;
  metadata: string;
  keep_originals: boolean;
  webhook_url: string;
  write_to: string;
}

export const FOUND_OUT: Readonly<TableSettings> = {
  profile: 'auto',
  url_column: null,
  name_column: '',
  header_row: '',
  base_url: '',
  rows: '',
  encoding: '',
};

export const DEFAULTS: Readonly<Settings> = {
  ...FOUND_OUT,
  quality: 50,
  relative: false,
  format: 'same',
  max_width: '',
  max_height: '',
  metadata: 'copyright',
  keep_originals: false,
  webhook_url: '',
  // Says nothing where a layout's importer reads the same column that it writes.
  write_to: 'profile',
};

export function tableOf(settings: TableSettings): TableSettings {
  const { profile, url_column, name_column, header_row, base_url, rows, encoding } = settings;
  return { profile, url_column, name_column, header_row, base_url, rows, encoding };
}

/** How the API writes it. */
export function qualityText({ quality, relative }: Pick<Settings, 'quality' | 'relative'>): string {
  return `${quality}${relative ? '%' : ''}`;
}

/** The settings stand before the file: the server then knows the columns while it reads. */
export function formOf(file: File, { quality, relative, ...settings }: Partial<Settings>): FormData {
  const form = new FormData();
  if (quality !== undefined) form.append('quality', qualityText({ quality, relative: relative ?? false }));
  for (const [name, value] of Object.entries(settings)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) {
      const text = String(one).trim();
      if (text !== '') form.append(name, text);
    }
  }
  form.append('file', file, file.name);
  return form;
}

/** The same key as long as the same is sent, so that sending twice by accident starts one request. */
export function createKeys(): (file: File, settings: Settings) => string {
  let last = '';
  let key = '';
  return (file, settings) => {
    const sent = JSON.stringify([file.name, file.size, file.lastModified, settings]);
    if (sent !== last) key = randomKey();
    last = sent;
    return key;
  };
}

function randomKey(): string {
  // randomUUID exists only on https and on loopback.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
