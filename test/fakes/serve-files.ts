// The routes of files alone, over a storage: what GET /files/KEY answers.
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { onTestFinished } from 'vitest';
import type { App, HttpContext } from '../../src/http/context.ts';
import { fileRoutes } from '../../src/http/routes/files.ts';
import type { Storage } from '../../src/ports.ts';

export function serveFiles(storage: Storage): (key: string) => Promise<Response> {
  const app: App = fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  fileRoutes(app, { storage } as HttpContext);
  onTestFinished(() => app.close());
  const listening = app.listen({ host: '127.0.0.1', port: 0 });
  return async (key) => fetch(`${await listening}/files/${key}`);
}
