// What went wrong with a download, as the failure that users read. Messages are public: of hosts they name only the one
// the user wrote, of addresses none.
import { failure, type ImageErrorCode, type ImageFailure } from '../../errors.ts';
import { type FaultKind, networkFault } from '../../outbound/network-fault.ts';
import { retryAfterMs } from '../../outbound/retry-after.ts';

/** A Retry-After longer than this is cut to it: a source must not park an image for days. Milliseconds. */
const MAX_RETRY_AFTER_MS = 3_600_000;
// 4xx and 5xx that are not what their hundred says: these pass (4xx) or stay (5xx).
const TRANSIENT_4XX = new Set([408, 425, 429]);
const PERMANENT_5XX = new Set([501, 505]);

/**
 * The failure that an answer other than a usable 200 stands for. 204 and 205 say that there is no body; 206 and 304 answer
 * questions that were not asked, and like every other status they become `http_<status>`.
 */
export function failureOfStatus(status: number, retryAfter: string | string[] | undefined): ImageFailure {
  if (status === 204 || status === 205)
    return failure('empty_body', `the server answered ${status}, without a picture`, { http_status: status });
  const transient = status >= 500 ? !PERMANENT_5XX.has(status) : TRANSIENT_4XX.has(status);
  return failure(`http_${status}`, `the server answered ${status}`, {
    http_status: status,
    transient,
    retry_after_ms: transient
      ? retryAfterMs(retryAfter, { now: Date.now(), longestMs: MAX_RETRY_AFTER_MS })
      : null,
  });
}

interface Meaning {
  code: ImageErrorCode;
  message: (host: string) => string;
  transient: boolean;
}

const NOT_FOUND: Meaning = {
  code: 'dns_failed',
  message: (host) => `the address of ${host} could not be found`,
  transient: true,
};
const NOT_TRUSTED: Meaning = {
  code: 'tls_failed',
  message: (host) => `the certificate of ${host} cannot be trusted, or it speaks no usable TLS`,
  transient: false,
};
const NOT_ACCEPTED: Meaning = {
  code: 'connect_failed',
  message: (host) => `${host} did not accept the connection`,
  transient: true,
};
const CUT: Meaning = {
  code: 'connect_failed',
  message: (host) => `${host} closed the connection before the picture was complete`,
  transient: true,
};
const MEANINGS: Record<FaultKind, Meaning> = {
  blocked: {
    code: 'blocked_address',
    message: (host) => `${host} leads to an address that may not be connected to`,
    transient: false,
  },
  invalid_url: { code: 'invalid_url', message: () => 'the URL cannot be requested', transient: false },
  name_unknown: NOT_FOUND,
  lookup_failed: NOT_FOUND,
  refused: NOT_ACCEPTED,
  unreachable: NOT_ACCEPTED,
  timeout: {
    code: 'timeout',
    message: (host) => `${host} took too long to accept the connection`,
    transient: true,
  },
  reset: CUT,
  closed: CUT,
  not_http: {
    code: 'connect_failed',
    message: (host) => `${host} did not answer in HTTP`,
    transient: false,
  },
  tls: NOT_TRUSTED,
  certificate_expired: NOT_TRUSTED,
  certificate_self_signed: NOT_TRUSTED,
  certificate_other_host: NOT_TRUSTED,
  certificate_untrusted: NOT_TRUSTED,
  unknown: NOT_ACCEPTED,
};

/** The failure that an error from undici or Node stands for. `host` is how to call the other side in public. */
export function failureOfError(error: Error, host: string): ImageFailure {
  const { code, message, transient } = MEANINGS[networkFault(error).kind];
  return failure(code, message(host), { transient });
}

/** Bytes as users read them: `32 MB`, `500 bytes`. */
export function sizeText(bytes: number): string {
  return bytes < 1024 ** 2 ? `${bytes} bytes` : `${Number((bytes / 1024 ** 2).toFixed(1))} MB`;
}
