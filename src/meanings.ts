// The error codes of images in plain words, for the page and `halve run`: what happened, and who can do something about it.
import { FORMATS, listFormats } from './formats.ts';

/** Whose hands a failure is in: the sheet (whoever made the CSV), the supplier of the images, or who runs this server. */
export type Fixer = 'sheet' | 'supplier' | 'operator';

export interface Meaning {
  what: string;
  fixer: Fixer;
  /** What that one can do. */
  how: string;
}

export const FIXERS: Record<Fixer, string> = {
  sheet: 'You, in the sheet',
  supplier: 'The supplier of the images',
  operator: 'Whoever runs this server',
};

const LINK: Pick<Meaning, 'fixer' | 'how'> = { fixer: 'sheet', how: 'Mend the link in the CSV.' };
const HOST: Pick<Meaning, 'fixer' | 'how'> = { fixer: 'supplier', how: 'Ask whoever runs the image host.' };
const LATER: Pick<Meaning, 'fixer' | 'how'> = {
  fixer: 'supplier',
  how: 'Often it passes: retry later. If it stays, ask whoever runs the image host.',
};
const PICTURE: Pick<Meaning, 'fixer' | 'how'> = {
  fixer: 'supplier',
  how: 'Ask for a sound picture behind the same link, or link another one.',
};

const MEANINGS: Record<string, Meaning> = {
  invalid_url: { what: 'The link is not a complete http or https address.', ...LINK },
  blocked_address: {
    what: 'The link leads to an address that this server may not go to, such as an internal one.',
    fixer: 'sheet',
    how: 'Use a public link; or ask whoever runs this server to allow the host.',
  },
  dns_failed: { what: 'The host name in the link is not known.', ...LINK },
  connect_failed: { what: 'The image host did not take the connection, or broke it off.', ...LATER },
  tls_failed: { what: 'The image host has no certificate that can be trusted.', ...HOST },
  timeout: { what: 'The image host was too slow.', ...LATER },
  too_many_redirects: { what: 'The link leads on from address to address without an end.', ...HOST },
  too_large: {
    what: 'The file is larger than this server takes.',
    fixer: 'supplier',
    how: 'Ask for a smaller file; or ask whoever runs this server to raise the limit.',
  },
  empty_body: { what: 'There was nothing behind the link.', ...HOST },
  not_an_image: { what: 'Behind the link is something else than a picture, often a web page.', ...LINK },
  unsupported_format: {
    what: 'It is a picture, but in a format that cannot be worked on.',
    fixer: 'supplier',
    how: `Ask for ${listFormats((format) => FORMATS[format].label)}.`,
  },
  corrupt_image: { what: 'The picture is damaged or incomplete.', ...PICTURE },
  too_many_pixels: {
    what: 'The picture has more pixels than this server takes.',
    fixer: 'supplier',
    how: 'Ask for a smaller picture.',
  },
  decoder_crashed: { what: 'The picture made the decoder crash; it is probably damaged.', ...PICTURE },
  decoder_timeout: {
    what: 'The picture took too long to work on.',
    fixer: 'supplier',
    how: 'Ask for a smaller or simpler picture.',
  },
  storage_failed: {
    what: 'The result could not be stored.',
    fixer: 'operator',
    how: 'Tell them, then retry: the images themselves are fine.',
  },
  http_401: { what: 'The image host asks for a login.', fixer: 'sheet', how: 'Use a public link.' },
  http_403: { what: 'The image host refuses to hand it out.', ...HOST },
  http_404: { what: 'There is nothing at this address.', ...LINK },
  http_410: { what: 'The picture was removed for good.', ...LINK },
  http_429: { what: 'The image host was asked too often.', fixer: 'supplier', how: 'Retry later.' },
};

export function meaningOf(code: string): Meaning {
  const known = MEANINGS[code];
  if (known) return known;
  const status = /^http_(\d)\d\d$/.exec(code)?.[1];
  if (status === '5') return { what: 'The image host had a fault of its own.', ...LATER };
  if (status !== undefined) return { what: `The image host answered ${code.slice(5)}.`, ...LINK };
  return {
    what: 'The image could not be processed.',
    fixer: 'operator',
    how: 'Tell them the code.',
  };
}
