// Owns the words for what went wrong on the way to a receiver, and the one fault that no retry will mend.

/** By code or name, since the messages of Node's network errors name addresses and these words are shown in the delivery log. */
const WORDS: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed before an answer',
  ENOTFOUND: 'the host name was not found',
  EAI_AGAIN: 'the host name could not be looked up',
  ENETUNREACH: 'the network is not reachable',
  EHOSTUNREACH: 'the host is not reachable',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  HTTPParserError: 'the answer was not HTTP',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
};

/** Whether the address guard stopped the connection; its error may be wrapped by the HTTP client. */
export function isBlockedAddress(error: unknown): boolean {
  return causes(error).some((cause) => cause.name === 'BlockedAddressError');
}

/** What happened, with its code or name in brackets; names no address. */
export function networkFault(error: unknown): string {
  if (isBlockedAddress(error)) return 'the webhook URL leads to an address that must not be connected to';
  const labels = causes(error).flatMap(({ code, name }) => (code ? [code, name] : [name]));
  const label = labels.find((known) => known in WORDS) ?? labels[0] ?? 'unknown';
  return `${WORDS[label] ?? 'the delivery failed'} (${label})`;
}

/** The error, what caused it, and so on; of an AggregateError (one error per address tried) every part. */
function causes(error: unknown, depth = 0): { name: string; code: string }[] {
  // An error may be its own cause.
  if (!(error instanceof Error) || depth > 8) return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [{ name: error.name, code }, ...[...parts, error.cause].flatMap((part) => causes(part, depth + 1))];
}
