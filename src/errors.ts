// The two closed vocabularies of failure: why an image failed (a value, never thrown) and why a call was refused (AppError).

/** Why an image failed. `http_<status>` stands for every final HTTP answer that is not a 2xx. */
export type ImageErrorCode =
  | 'invalid_url'
  | 'blocked_address'
  | 'dns_failed'
  | 'connect_failed'
  | 'tls_failed'
  | 'timeout'
  | `http_${number}`
  | 'too_many_redirects'
  | 'too_large'
  | 'empty_body'
  | 'not_an_image'
  | 'unsupported_format'
  | 'corrupt_image'
  | 'too_many_pixels'
  | 'decoder_crashed'
  | 'decoder_timeout'
  | 'storage_failed';

/** An image that failed, as whoever found out tells it. */
export interface ImageFailure {
  status: 'failed';
  code: ImageErrorCode;
  message: string;
  http_status: number | null;
  /** Worth another attempt later. The handler decides whether there is one left. */
  transient: boolean;
  /** Not before this many milliseconds from now (from Retry-After); null when the source named no time. */
  retry_after_ms: number | null;
}

/** Its message is public: it names no path, secret or internal address. */
export function failure(
  code: ImageErrorCode,
  message: string,
  { http_status = null, transient = false, retry_after_ms = null }: FailureDetails = {},
): ImageFailure {
  return { status: 'failed', code, message, http_status, transient, retry_after_ms };
}

type FailureDetails = Partial<Pick<ImageFailure, 'http_status' | 'transient' | 'retry_after_ms'>>;

/** Every refusal the HTTP API and the command line know: its HTTP status and the title of its problem document. */
export const PROBLEMS = {
  invalid_csv: { status: 422, title: 'The CSV file has problems' },
  invalid_option: { status: 422, title: 'An option is not valid' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  missing_file: { status: 400, title: 'No CSV file was sent' },
  upload_too_large: { status: 413, title: 'The upload is too large' },
  upload_cut_off: { status: 400, title: 'The upload ended before it was complete' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another upload' },
  not_found: { status: 404, title: 'There is nothing here' },
  not_ready: { status: 409, title: 'The file does not exist yet' },
  wrong_state: { status: 409, title: 'The request is not in a state that allows this' },
  unauthorized: { status: 401, title: 'A valid API key is needed' },
  forbidden_origin: { status: 403, title: 'The call does not come from this page or program' },
  invalid_signature: { status: 401, title: 'The webhook signature is not valid' },
  rate_limited: { status: 429, title: 'Too many calls in a minute' },
  too_many_uploads: { status: 429, title: 'Too many uploads at once' },
  too_many_streams: { status: 429, title: 'Too many event streams at once' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  overloaded: { status: 503, title: 'The server has more to do than it can' },
  image_failed: { status: 422, title: 'The image cannot be downloaded or read' },
  unavailable: { status: 503, title: 'A part of the service is not available' },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong with an uploaded CSV. `line` is the physical line, 1-based; `row` the data row, 1-based, blank lines not counted. */
export interface CsvProblem {
  line: number | null;
  row: number | null;
  /** As a spreadsheet numbers it: cells may have several lines. */
  spreadsheet_row: number | null;
  column: string | null;
  /** What its row names, shortened; absent when it names none. */
  product_name?: string;
  code: CsvProblemCode;
  message: string;
}

export type CsvProblemCode =
  | 'empty_file'
  | 'not_text'
  | 'missing_column'
  | 'ambiguous_column'
  | 'unknown_profile'
  | 'missing_header_row'
  | 'invalid_pattern'
  | 'needs_base_url'
  | 'no_rows'
  | 'empty_name'
  | 'no_url'
  | 'invalid_url'
  | 'too_few_cells'
  | 'too_many_cells'
  | 'unclosed_quote'
  | 'stray_quote'
  | 'cell_too_long'
  | 'too_many_urls'
  | 'too_many_rows'
  | 'invalid_encoding'
  | 'mixed_encoding'
  | 'too_many_problems';

/** A refusal with a stable code. Its message is public: it must name no path, secret or internal address. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ProblemCode;
  readonly errors: CsvProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    message: string,
    extra: { errors?: CsvProblem[]; retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.code = code;
    this.errors = extra.errors;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** Thrown by a handler whose process stops before the job was begun: another shall do it. */
export class GivenBackError extends Error {
  override readonly name = 'GivenBackError';
}

/** The storage is away, full, or refuses: a fault of ours, which passes or is mended, and no fault of any image. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault';
  /** The storage's own word for it, such as `SlowDown`; null when it had none. */
  readonly code: string | null;

  constructor(message: string, { cause, code = null }: { cause?: unknown; code?: string | null } = {}) {
    super(message, { cause });
    this.code = code;
  }
}

/** The text of anything thrown, and of what it was caused by: for the operator, not for callers. */
export function explanationOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : `${messageOf(thrown)} (${explanationOf(cause)})`;
}

/** The text of anything thrown, for logs and details. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
