// What nobody is shown: credentials; in the log also the ends of URLs, whose path or query may be signed or be a password.

const URLS = /\b([a-z][a-z0-9+.-]*):\/\/([^\s"<>\\]+)/gi;
const CREDENTIALS = /\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi;
const WEBHOOK_SECRET = /\bwhsec_[A-Za-z0-9+/=]+/g;

/** Parameters of the URLs in the settings that hold no secret. */
const SHOWN = new Set(
  'endpoint public_url region path_style presign timeout anonymous prefix max sslmode'.split(' '),
);

/** The text with every URL cut down to its scheme and host, and without credentials. Paths of files stay. */
export function redact(text: string): string {
  return text
    .replace(URLS, (url: string, scheme: string, rest: string) => {
      if (scheme.toLowerCase() === 'file') return url;
      const parts = partsOf(rest);
      const end = parts && (parts.behind.length > 1 ? '/…' : parts.behind);
      return `${scheme}://${parts ? parts.host + end : '…'}`;
    })
    .replace(CREDENTIALS, '$1 …')
    .replace(WEBHOOK_SECRET, 'whsec_…');
}

/** The URL of a setting, for whoever runs the program: its password, and parameters that may be secret, stand as `…`. */
export function maskUrl(url: string): string {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  if (!scheme || scheme.toLowerCase() === 'file') return url;
  const parts = partsOf(rest);
  if (!parts) return `${scheme}://…`;
  const { user, host, behind } = parts;
  const [, path, query, fragment] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(behind)!;
  const shown = query?.split('&').map((pair) => (SHOWN.has(pair.split('=', 1)[0]!) ? pair : '…'));
  return `${scheme}://${user.replace(/:.*/s, ':…')}${user && '@'}${host}${path}${shown ? `?${shown.join('&')}` : ''}${fragment ? '#…' : ''}`;
}

/** What stands behind `scheme://`; `user` with its password. */
function partsOf(rest: string): { user: string; host: string; behind: string } | null {
  const authority = /^[^/?#]*/.exec(rest)![0];
  const behind = rest.slice(authority.length);
  // A password with a slash in it looks like a host with a path: such a URL shows nothing.
  if (/@|%40/i.test(behind)) return null;
  const at = authority.lastIndexOf('@');
  return { user: authority.slice(0, Math.max(at, 0)), host: authority.slice(at + 1), behind };
}
