// What no log may have: credentials, and the ends of URLs, whose path or query may be signed or be a password of its own.

const URLS = /\b([a-z][a-z0-9+.-]*):\/\/([^\s"<>\\]+)/gi;
const CREDENTIALS = /\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi;
const WEBHOOK_SECRET = /\bwhsec_[A-Za-z0-9+/=]+/g;

/** The text with every URL cut down to its scheme and host, and without credentials. Paths of files stay. */
export function redact(text: string): string {
  return text
    .replace(URLS, (url: string, scheme: string, rest: string) =>
      scheme.toLowerCase() === 'file' ? url : `${scheme}://${hostIn(rest)}`,
    )
    .replace(CREDENTIALS, '$1 …')
    .replace(WEBHOOK_SECRET, 'whsec_…');
}

function hostIn(rest: string): string {
  const authority = /^[^/?#]*/.exec(rest)![0];
  const behind = rest.slice(authority.length);
  // A password with a slash in it looks like a host with a path: such a URL shows nothing.
  if (behind.includes('@')) return '…';
  return authority.slice(authority.lastIndexOf('@') + 1) + (behind.length > 1 ? '/…' : behind);
}
