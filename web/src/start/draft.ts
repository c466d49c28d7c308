// What is about to be uploaded, as the API's form takes it.

export interface Settings {
  quality: number;
  /** The quality is a share of the source's own, not a place on the encoder's scale. */
  relative: boolean;
  format: string;
  max_width: string;
  max_height: string;
  metadata: string;
  keep_originals: boolean;
  webhook_url: string;
  url_column: string;
  name_column: string;
}

export const DEFAULTS: Settings = {
  quality: 50,
  relative: false,
  format: 'same',
  max_width: '',
  max_height: '',
  metadata: 'copyright',
  keep_originals: false,
  webhook_url: '',
  url_column: '',
  name_column: '',
};

/** How the API writes it. */
export function qualityText({ quality, relative }: Pick<Settings, 'quality' | 'relative'>): string {
  return `${quality}${relative ? '%' : ''}`;
}

/** The settings stand before the file: the server then knows the columns while it reads. */
export function formOf(file: File, { quality, relative, ...settings }: Partial<Settings>): FormData {
  const form = new FormData();
  if (quality !== undefined) form.append('quality', qualityText({ quality, relative: relative ?? false }));
  for (const [name, value] of Object.entries(settings)) {
    const text = String(value).trim();
    if (text !== '') form.append(name, text);
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
