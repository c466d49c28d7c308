// The calls the page makes. Every answer that is no success is thrown as an ApiError; a 401 asks for a key and tries again.
import { askForKey, currentKey } from './session.ts';
import type {
  Accepted,
  Delivery,
  FailureCount,
  ImageState,
  PreviewFigures,
  PreviewOf,
  Problem,
  RequestState,
  RequestStatus,
  Statistics,
  Validation,
} from './types.ts';

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

/** Resolves with a successful answer, its body unread. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
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

export interface RequestsPage {
  limit: number;
  cursor?: string | null;
  status?: RequestStatus | '';
  search?: string;
}

export const listRequests = (page: RequestsPage) =>
  read<{ requests: RequestState[]; next: string | null }>(`requests?${query({ ...page })}`);

export interface ImagesPage {
  cursor: string | null;
  limit: number;
  code?: string;
  sort?: 'file' | 'least_saved';
}

export const listImages = (id: string, page: ImagesPage) =>
  read<{ images: ImageState[]; next: string | null }>(`status/${at(id)}/images?${query({ ...page })}`);

export const getFailures = (id: string) => read<{ failures: FailureCount[] }>(`status/${at(id)}/failures`);
export const getStatistics = (id: string) => read<Statistics>(`status/${at(id)}/statistics`);

export const picturePath = (id: string, seq: number, which: 'original' | 'result') =>
  `status/${at(id)}/images/${seq}/${which}`;

export interface Preview {
  figures: PreviewFigures;
  original: Blob;
  result: Blob;
}

/** One image at the given settings; nothing is started. */
export async function makePreview(body: PreviewOf, signal: AbortSignal): Promise<Preview> {
  const headers = { 'content-type': 'application/json' };
  const form = await (
    await call('preview', { ...POST, headers, body: JSON.stringify(body), signal })
  ).formData();
  const [figures, original, result] = ['figures', 'original', 'result'].map((name) => form.get(name) as File);
  return {
    figures: JSON.parse(await figures!.text()) as PreviewFigures,
    original: original!,
    result: result!,
  };
}

/** What was given, as a query. */
function query(fields: Record<string, string | number | null | undefined>): URLSearchParams {
  const given = Object.entries(fields).filter(([, value]) => value != null && value !== '');
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}

export const cancelRequest = (id: string) => read<RequestState>(`requests/${at(id)}/cancel`, POST);
export const retryRequest = (id: string) => read<RequestState>(`requests/${at(id)}/retry`, POST);
export const deleteRequest = (id: string) => call(`requests/${at(id)}`, { method: 'DELETE' });

export const listDeliveries = (id: string) =>
  read<{ deliveries: Delivery[] }>(`requests/${at(id)}/deliveries`);
export const redeliver = (id: string) => read<{ id: string }>(`deliveries/${at(id)}/redeliver`, POST);

/** A file of a request, and what it is called. */
export async function fetchFile(path: string): Promise<{ blob: Blob; name: string }> {
  const response = await call(path);
  const named = response.headers.get('content-disposition') ?? '';
  const encoded = /filename\*=UTF-8''(\S+)/.exec(named)?.[1];
  const name = encoded ? decodeURIComponent(encoded) : /filename="([^"]*)"/.exec(named)?.[1];
  return { blob: await response.blob(), name: name ?? 'download' };
}
