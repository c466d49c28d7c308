// The calls the page makes. Every answer that is no success is thrown as an ApiError; a 401 asks for a key and tries again.
import { askForKey, currentKey } from './session.ts';
import type { Accepted, CsvKind, Delivery, ImageState, Problem, RequestState, Validation } from './types.ts';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The HTTP status; 0 when the server was not reached. */
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, message: string, problem: Problem | null = null) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/** The address of an API path, beside the page. */
export function addressOf(path: string): string {
  return new URL(path, document.baseURI.split('#')[0]).href;
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const key = currentKey();
    const headers = new Headers(init.headers);
    if (key !== null) headers.set('authorization', `Bearer ${key}`);
    const response = await fetch(addressOf(path), { ...init, headers }).catch((error: unknown) => {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, 'The server did not answer. Check that it is running and try again.');
    });
    if (response.status === 401) {
      await askForKey(key);
      continue;
    }
    if (response.ok) return response;
    const problem = await problemOf(response);
    throw new ApiError(
      response.status,
      problem?.detail ?? `The server answered ${response.status}.`,
      problem,
    );
  }
}

async function problemOf(response: Response): Promise<Problem | null> {
  if (!response.headers.get('content-type')?.includes('json')) return null;
  return (await response.json().catch(() => null)) as Problem | null;
}

async function read<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await call(path, init)).json()) as T;
}

const POST = { method: 'POST' };
const at = encodeURIComponent;

export const validate = (body: FormData, signal: AbortSignal) =>
  read<Validation>('validate', { ...POST, body, signal });

export const upload = (body: FormData, idempotencyKey: string) =>
  read<Accepted>('upload', { ...POST, body, headers: { 'idempotency-key': idempotencyKey } });

export const getRequest = (id: string, signal?: AbortSignal) =>
  read<RequestState>(`status/${at(id)}`, signal && { signal });

export const listRequests = (page: { limit: number; cursor?: string | null }) =>
  read<{ requests: RequestState[]; next: string | null }>(
    `requests?limit=${page.limit}${page.cursor ? `&cursor=${at(page.cursor)}` : ''}`,
  );

export const listImages = (id: string, status: ImageState['status'], limit: number) =>
  read<{ images: ImageState[]; next: string | null }>(
    `status/${at(id)}/images?status=${status}&limit=${limit}`,
  );

export const cancelRequest = (id: string) => read<RequestState>(`requests/${at(id)}/cancel`, POST);
export const retryRequest = (id: string) => read<RequestState>(`requests/${at(id)}/retry`, POST);
export const deleteRequest = (id: string) => call(`requests/${at(id)}`, { method: 'DELETE' });

export const listDeliveries = (id: string) =>
  read<{ deliveries: Delivery[] }>(`requests/${at(id)}/deliveries`);
export const redeliver = (id: string) => read<{ id: string }>(`deliveries/${at(id)}/redeliver`, POST);

export const csvPath = (kind: CsvKind, id: string) => `${kind}_csv/${at(id)}`;
export const getCsv = async (kind: CsvKind, id: string) => (await call(csvPath(kind, id))).blob();
