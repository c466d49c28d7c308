// What kind of thing went wrong between us and another server, by the code of the error. What is said and done about a
// kind is each caller's own.

/**
 * - `blocked`: the address guard stopped it. `invalid_url`: it cannot be asked for at all.
 * - `name_unknown`, `lookup_failed`: of the host's name.
 * - `refused`, `unreachable`, `timeout`: there is no connection. `reset`, `closed`: there was one.
 * - `not_http`: somebody answered, in another language.
 * - `tls` and `certificate_…`: nothing was asked; TLS did not come about, or the certificate is not to be trusted.
 */
export type FaultKind =
  | 'blocked'
  | 'invalid_url'
  | 'name_unknown'
  | 'lookup_failed'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'reset'
  | 'closed'
  | 'not_http'
  | 'tls'
  | 'certificate_expired'
  | 'certificate_self_signed'
  | 'certificate_other_host'
  | 'certificate_untrusted'
  | 'unknown';

export interface NetworkFault {
  kind: FaultKind;
  /** The code or name that tells it. Unlike the messages of Node's errors it names no address. */
  label: string;
}

/** By the code of an error, or its name where it has none. */
const KINDS: Record<string, FaultKind> = {
  BlockedAddressError: 'blocked',
  UND_ERR_INVALID_ARG: 'invalid_url',
  ENOTFOUND: 'name_unknown',
  EAI_AGAIN: 'lookup_failed',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'closed',
  UND_ERR_HEADERS_OVERFLOW: 'not_http',
  HTTPParserError: 'not_http',
  EPROTO: 'tls',
  CERT_HAS_EXPIRED: 'certificate_expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_self_signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_self_signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_other_host',
  HOSTNAME_MISMATCH: 'certificate_other_host',
};

// The families whose members need no line of their own: what OpenSSL finds wrong with a certificate, and the handshake.
const FAMILIES: [RegExp, FaultKind][] = [
  [
    /^(?:CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_)/,
    'certificate_untrusted',
  ],
  [/^ERR_(?:TLS|SSL)_/, 'tls'],
];

/** The fault that an error of undici or Node stands for, however deep in it; the address guard's before all others. */
export function networkFault(error: unknown): NetworkFault {
  const faults = causesOf(error).map(faultOf);
  const known = faults.filter(({ kind }) => kind !== 'unknown');
  return (
    known.find(({ kind }) => kind === 'blocked') ??
    known[0] ??
    faults[0] ?? { kind: 'unknown', label: 'unknown' }
  );
}

function faultOf(error: Error): NetworkFault {
  const { code = '', syscall, name, message } = error as NodeJS.ErrnoException;
  for (const label of [code, name]) {
    const kind = KINDS[label] ?? FAMILIES.find(([family]) => family.test(label))?.[1];
    // The parser also says this of an answer that the end of the connection cut.
    if (kind === 'not_http' && /\bEOF\b/.test(message)) return { kind: 'closed', label };
    if (kind) return { kind, label };
  }
  return { kind: syscall === 'getaddrinfo' ? 'lookup_failed' : 'unknown', label: code || name };
}

/** The error, what caused it, and so on; of an AggregateError (one error per address tried) every part. */
function causesOf(error: unknown, depth = 0): Error[] {
  // An error may be its own cause.
  if (!(error instanceof Error) || depth > 8) return [];
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...[...parts, error.cause].flatMap((part) => causesOf(part, depth + 1))];
}
