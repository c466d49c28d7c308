// The user:password of a URL, which goes to its own origin as a header and stands in no address.
import { unescape as percentDecoded } from 'node:querystring';

/** The URL without its credentials, and these as the header they stand for (RFC 7617); null when it has none. */
export function splitCredentials(url: URL): { url: URL; authorization: string | null } {
  const { username, password } = url;
  if (!username && !password) return { url, authorization: null };
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  // querystring's unescape, unlike decodeURIComponent, takes a `%` that encodes nothing as it stands.
  const pair = `${percentDecoded(username)}:${percentDecoded(password)}`;
  return { url: bare, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
