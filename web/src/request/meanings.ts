// The error codes of images in plain words: what happened, and who can do something about it.

export interface Meaning {
  what: string;
  who: string;
}

const YOU = 'You: mend the link in the CSV.';
const HOST = 'Whoever runs the image host.';
const LATER = 'Often nobody: retry later. If it stays, whoever runs the image host.';
const PICTURE = 'You: put a sound picture behind the link.';
const OPERATOR = 'Whoever runs this halve server.';

const MEANINGS: Record<string, Meaning> = {
  invalid_url: { what: 'The link is not a complete http or https address.', who: YOU },
  blocked_address: {
    what: 'The link leads to an address that this server may not go to, such as an internal one.',
    who: 'You: use a public link. Or whoever runs this server, who may allow the host.',
  },
  dns_failed: { what: 'The host name in the link is not known.', who: `${YOU} Or the host is gone.` },
  connect_failed: { what: 'The image host did not take the connection, or broke it off.', who: LATER },
  tls_failed: { what: 'The image host has no certificate that can be trusted.', who: HOST },
  timeout: { what: 'The image host was too slow.', who: LATER },
  too_many_redirects: { what: 'The link leads on from address to address without an end.', who: HOST },
  too_large: {
    what: 'The file is larger than this server takes.',
    who: 'You: use a smaller file. Or whoever runs this server, who may raise the limit.',
  },
  empty_body: { what: 'There was nothing behind the link.', who: HOST },
  not_an_image: { what: 'Behind the link is something else than a picture, often a web page.', who: YOU },
  unsupported_format: {
    what: 'It is a picture, but in a format that cannot be worked on.',
    who: 'You: use JPEG, PNG, WebP, AVIF, GIF or TIFF.',
  },
  corrupt_image: { what: 'The picture is damaged or incomplete.', who: PICTURE },
  too_many_pixels: {
    what: 'The picture has more pixels than this server takes.',
    who: 'You: use a smaller picture.',
  },
  decoder_crashed: { what: 'The picture made the decoder crash; it is probably damaged.', who: PICTURE },
  decoder_timeout: {
    what: 'The picture took too long to work on.',
    who: 'You: use a smaller or simpler picture.',
  },
  storage_failed: { what: 'The result could not be stored.', who: OPERATOR },
  http_401: { what: 'The image host asks for a login.', who: 'You: use a public link.' },
  http_403: {
    what: 'The image host refuses to hand it out.',
    who: `You: use a public link. Or: ${HOST.toLowerCase()}`,
  },
  http_404: { what: 'There is nothing at this address.', who: YOU },
  http_410: { what: 'The picture was removed for good.', who: YOU },
  http_429: { what: 'The image host was asked too often.', who: 'Nobody: retry later.' },
};

export function meaningOf(code: string): Meaning {
  const known = MEANINGS[code];
  if (known) return known;
  const status = /^http_(\d)\d\d$/.exec(code)?.[1];
  if (status === '5') return { what: 'The image host had a fault of its own.', who: LATER };
  if (status !== undefined)
    return { what: `The image host answered ${code.slice(5)}.`, who: `${YOU} Or: ${HOST.toLowerCase()}` };
  return { what: 'The image could not be processed.', who: OPERATOR };
}
