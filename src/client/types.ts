// What the client takes and gives, derived from the types of the OpenAPI document.
import type { components } from '../../web/src/api.d.ts';

type Schemas = components['schemas'];

export type HalveRequest = Schemas['Request'];
export type HalveImage = Schemas['Image'];
export type Accepted = Schemas['Accepted'];
export type Validation = Schemas['Validation'];
export type Delivery = Schemas['Delivery'];
export type Problem = Schemas['Problem'];
export type WebhookEvent = Schemas['WebhookEvent'];

type Fields = Schemas['UploadInput'];

/** What may be asked for with an upload; what is not given has the server's default. */
export interface UploadOptions extends Omit<Fields, 'file' | 'quality' | 'keep_originals' | 'url_column'> {
  /** 1 to 100, or such as `50%`: a share of the source's own quality. */
  quality?: number | string;
  keep_originals?: boolean;
  /** Columns with image URLs, where they are not found by themselves: headers' texts, `/patterns/` or `#numbers`. */
  url_column?: string | readonly string[];
}

/** The CSV: a path, its bytes, or a stream of them. (Text: `Buffer.from(text)`.) */
export type CsvSource = string | URL | Uint8Array | Blob | AsyncIterable<Uint8Array>;
