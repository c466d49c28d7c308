// What went wrong with a download, as the failure that users read. Messages are public: of hosts they name only the one
// the user wrote, of addresses none.
import { failure, type ImageErrorCode, type ImageFailure } from '../../errors.ts';

/** A Retry-After longer than this is cut to it: a source must not park an image for days. Milliseconds. */
const MAX_RETRY_AFTER_MS = 3_600_000;
// 4xx and 5xx that are not what their hundred says: these pass (4xx) or stay (5xx).
const TRANSIENT_4XX = new Set([408, 425, 429]);
const PERMANENT_5XX = new Set([501, 505]);

/**
 * The failure that an answer other than a usable 200 stands for. 204 and 205 say that there is no body; 206 and 304 answer
 * questions that were not asked, and like every other status they become `http_<status>`.
 */
export function failureOfStatus(status: number, retryAfter: string | undefined): ImageFailure {
  if (status === 204 || status === 205)
    return failure('empty_body', `the server answered ${status}, without a picture`, { http_status: status });
  const transient = status >= 500 ? !PERMANENT_5XX.has(status) : TRANSIENT_4XX.has(status);
  return failure(`http_${status}`, `the server answered ${status}`, {
    http_status: status,
    transient,
    retry_after_ms: transient ? parseRetryAfter(retryAfter, Date.now()) : null,
  });
}

/** Milliseconds from `now` that a Retry-After (seconds, or an HTTP date) asks to wait, at most an hour; null when it is neither. */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  // Date.parse would take `12` or `-5` for a year; an HTTP date begins with the name of a day.
  const wait = /^\d+$/.test(text)
    ? Number(text) * 1000
    : /^[A-Za-z]/.test(text)
      ? Date.parse(text) - now
      : Number.NaN;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS);
}

interface Meaning {
  code: ImageErrorCode;
  message: (host: string) => string;
  transient: boolean;
}

const DNS: Meaning = {
  code: 'dns_failed',
  message: (host) => `the address of ${host} could not be found`,
  transient: true,
};
const TLS: Meaning = {
  code: 'tls_failed',
  message: (host) => `the certificate of ${host} cannot be trusted, or it speaks no usable TLS`,
  transient: false,
};
const UNREACHABLE: Meaning = {
  code: 'connect_failed',
  message: (host) => `${host} did not accept the connection`,
  transient: true,
};
const CUT: Meaning = {
  code: 'connect_failed',
  message: (host) => `${host} closed the connection before the picture was complete`,
  transient: true,
};
const NOT_HTTP: Meaning = {
  code: 'connect_failed',
  message: (host) => `${host} did not answer in HTTP`,
  transient: false,
};
const SLOW: Meaning = {
  code: 'timeout',
  message: (host) => `${host} took too long to accept the connection`,
  transient: true,
};
const MEANINGS: Record<string, Meaning> = {
  ERR_BLOCKED_ADDRESS: {
    code: 'blocked_address',
    message: (host) => `${host} leads to an address that may not be connected to`,
    transient: false,
  },
  UND_ERR_INVALID_ARG: {
    code: 'invalid_url',
    message: () => 'the URL cannot be requested',
    transient: false,
  },
  ENOTFOUND: DNS,
  EAI_AGAIN: DNS,
  ECONNREFUSED: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  UND_ERR_CONNECT_TIMEOUT: SLOW,
  ETIMEDOUT: SLOW,
  ECONNRESET: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: CUT,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: CUT,
  UND_ERR_HEADERS_OVERFLOW: NOT_HTTP,
};

// OpenSSL's names for what can be wrong with a certificate, as Node hands them out, and the handshake's own.
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERROR_IN_C)/;

/** The failure that an error from undici or Node stands for. `host` is how to call the other side in public. */
export function failureOfError(error: Error, host: string): ImageFailure {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  const meaning =
    MEANINGS[code] ??
    (syscall === 'getaddrinfo'
      ? DNS
      : TLS_CODE.test(code)
        ? TLS
        : error.name === 'HTTPParserError'
          ? // Carries no code. The parser also says this of a body that the end of the connection cut.
            /EOF/.test(error.message)
            ? CUT
            : NOT_HTTP
          : UNREACHABLE);
  return failure(meaning.code, meaning.message(host), { transient: meaning.transient });
}

/** Bytes as users read them: `32 MB`, `500 bytes`. */
export function sizeText(bytes: number): string {
  return bytes < 1024 ** 2 ? `${bytes} bytes` : `${Number((bytes / 1024 ** 2).toFixed(1))} MB`;
}
