// Whether a text is a URL that can be fetched.

const MAX_URL_LENGTH = 8192;
/** URLs that are certainly valid, so that the parser need not see them: most of every file. */
const PLAIN_URL = /^https?:\/\/(?![^/]*xn--)[a-z0-9.-]*\.[a-z]{2,}(?::\d{1,4})?\/[!-~]*$/i;

/** Why a text is not a URL that can be fetched, as the end of a sentence; null when it is one. */
export function urlProblem(text: string): string | null {
  if (text.length > MAX_URL_LENGTH) return `is longer than ${MAX_URL_LENGTH} characters`;
  if (PLAIN_URL.test(text)) return null;
  if (!/^https?:\/\//i.test(text)) return 'is no http(s) URL';
  // The URL parser skips extra slashes: it would take `http:///a.jpg` for the host a.jpg.
  if (!/^https?:\/\/[^/\\?#]/i.test(text)) return 'is a URL without a host';
  return parses(text) ? null : 'is not a valid URL';
}

function parses(text: string): boolean {
  // Once optimised, canParse of Node 20 takes the bytes of a Latin-1 string for UTF-8 and refuses `https://müller.example/`.
  // A character beyond Latin-1, in the fragment where nothing can be wrong, keeps it off that path. (`new URL` would be
  // right too, but throwing takes 20 µs, and a file may have millions of bad URLs.)
  return URL.canParse(/[^\0-\x7f]/.test(text) ? `${text}#\u20ac` : text);
}
