// The API's shapes by the names the page uses. They are made from the OpenAPI document, and a test of the program keeps
// them the same (test/flow/requests.test.ts).
import type { components } from '../api.d.ts';

type Schemas = components['schemas'];

export type RequestState = Schemas['Request'];
export type RequestStatus = RequestState['status'];
export type ImageState = Schemas['Image'];
export type Delivery = Schemas['Delivery'];
export type Validation = Schemas['Validation'];
export type CsvProblem = Validation['problems'][number];
export type Statistics = Schemas['Statistics'];
export type FailureCount = Schemas['Failures']['failures'][number];
export type PreviewOf = Schemas['PreviewOfInput'];
export type PreviewFigures = Schemas['Preview'];
export type Accepted = Schemas['Accepted'];
export type Problem = Schemas['Problem'];

/** Nothing more will happen to it, and its files are there to be read. */
export function isClosed(request: RequestState): boolean {
  return request.output_csv_url !== null;
}
