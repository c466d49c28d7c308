// When the database is away or busy rather than wrong: one error that HTTP answers with 503 and that is worth a later try.

export type UnavailableReason = 'down' | 'busy' | 'conflict' | 'full';

const MESSAGES: Record<UnavailableReason, string> = {
  down: 'The database does not answer.',
  busy: 'The database is busy.',
  conflict: 'The database is busy.',
  full: 'The disk of the database is full.',
};

/** Its message is public; what the driver said is its cause. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  /** By this others know it without importing it. */
  readonly code = 'DATABASE_UNAVAILABLE';
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, cause: unknown) {
    super(MESSAGES[reason], { cause });
    this.reason = reason;
  }
}

/** Codes of SQLite and SQLSTATEs of PostgreSQL; a class of two characters stands for all of its states. */
const REASONS: Record<string, UnavailableReason> = {
  SQLITE_BUSY: 'busy',
  SQLITE_BUSY_SNAPSHOT: 'busy',
  SQLITE_LOCKED: 'busy',
  SQLITE_FULL: 'full',
  '08': 'down', // connection exceptions
  '57': 'down', // operator intervention: shutting down, starting up, crashed
  '57014': 'busy', // statement timeout
  '58': 'down', // errors of the system below
  '25006': 'down', // read only: what was the primary is a standby now
  '25P03': 'busy', // idle in a transaction for too long
  '40': 'conflict', // serialization failure, deadlock: the transaction as a whole may be run again
  '53': 'busy', // out of connections or memory
  '53100': 'full',
  '55P03': 'busy', // lock timeout
};

/** What the driver says without a code when the connection is lost or cannot be had. */
const LOST = /connection|timeout|not queryable/i;
const SOCKET_CODE = /^E[A-Z_]{3,}$/;

/** The error as a DatabaseUnavailableError, or null when it is a fault of ours. */
export function toUnavailable(error: unknown): DatabaseUnavailableError | null {
  if (error instanceof DatabaseUnavailableError) return error;
  if (!(error instanceof Error)) return null;
  const { code } = error as Error & { code?: string };
  if (typeof code !== 'string') {
    return error.constructor === Error && LOST.test(error.message)
      ? new DatabaseUnavailableError('down', error)
      : null;
  }
  if (SOCKET_CODE.test(code)) return new DatabaseUnavailableError('down', error);
  const reason = REASONS[code] ?? (code.length === 5 ? REASONS[code.slice(0, 2)] : undefined);
  return reason ? new DatabaseUnavailableError(reason, error) : null;
}
