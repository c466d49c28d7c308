// Firestore over gRPC: the emulator from the registry keeps and reads the documents; it has no BatchWrite, which is all
// that a BulkWriter calls, so that is made here of the emulator's own write. It can be away, and comes back as it was.
import { BatchWriteResponse } from '@firestore-emulator/proto/dist/google/firestore/v1/firestore.js';
import { FirestoreState } from '@firestore-emulator/server';
import { FirestoreServiceV1Impl } from '@firestore-emulator/server/dist/server/FirestoreServiceV1Impl/index.js';
import { Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';

type Document = Record<string, unknown>;

export interface FirestoreServer {
  /** The environment in which the SDK finds it. */
  env: { FIRESTORE_EMULATOR_HOST: string; METADATA_SERVER_DETECTION: string };
  /** Sizes of the batches that came, in order. */
  batches: number[];
  /** Calls that were answered with a failure. */
  readonly refused: number;
  /** Full names of all documents that were ever written. */
  names(): string[];
  /** Answers every call with this gRPC code; null answers as ever. */
  failWith(code: number | null): void;
  /** Stops listening; `listen` is back on the same port with the same documents. */
  away(): void;
  listen(): Promise<void>;
  /** Every document of a collection, by id. */
  documents(collection: string): Map<string, Document>;
}

interface BatchWriteCall {
  request: { database: string; writes: Parameters<FirestoreState['writeV1Document']>[1][] };
}

/** Starts a server for one test. */
export async function startFirestore(): Promise<FirestoreServer> {
  const state = new FirestoreState();
  const names = new Set<string>();
  const batches: number[] = [];
  let failure: number | null = null;
  let refused = 0;
  let server: Server;
  let port = 0;

  class WithBatchWrite extends FirestoreServiceV1Impl {
    override BatchWrite({ request }: BatchWriteCall, callback: sendUnaryData<BatchWriteResponse>): void {
      if (failure !== null) {
        refused++;
        callback({ code: failure, details: 'as the test says' }, null);
        return;
      }
      const now = new Date();
      batches.push(request.writes.length);
      const results = request.writes.map((write) => {
        names.add(write.update.name);
        return state.writeV1Document(now, write).toObject();
      });
      callback(
        null,
        BatchWriteResponse.fromObject({
          write_results: results,
          status: results.map(() => ({ code: status.OK })),
        }),
      );
    }
  }

  async function listen(): Promise<void> {
    server = new Server();
    server.addService(FirestoreServiceV1Impl.definition, new WithBatchWrite(state) as never);
    port = await new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }

  await listen();
  onTestFinished(() => server.forceShutdown());
  return {
    // The SDK would look for the cloud's metadata server even so.
    env: { FIRESTORE_EMULATOR_HOST: `127.0.0.1:${port}`, METADATA_SERVER_DETECTION: 'none' },
    batches,
    get refused() {
      return refused;
    },
    names: () => [...names],
    failWith: (code) => (failure = code),
    away: () => server.forceShutdown(),
    listen,
    documents(collection) {
      const found = [...names].filter((name) => name.split('/').at(-2) === collection);
      return new Map(
        found.map((name) => [
          name.split('/').at(-1)!,
          plain(state.getDocument(name).toV1DocumentObject().fields),
        ]),
      );
    },
  };
}

/** A document's fields without their types. */
function plain(fields: unknown): Document {
  const entries = Object.entries((fields ?? {}) as Record<string, Record<string, unknown>>);
  return Object.fromEntries(entries.map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: Record<string, unknown>): unknown {
  const [type, plainly] = Object.entries(value)[0]!;
  if (type === 'map_value') return plain((plainly as { fields: unknown }).fields);
  return type === 'null_value' ? null : plainly;
}
