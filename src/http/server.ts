// The HTTP server as a value: routes and their schemas, errors, keys and documents. Listening is app.ts's business.
import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { AppError } from '../errors.ts';
import { VERSION } from '../util/version.ts';
import { requireKeys, requireLocalCaller } from './auth.ts';
import type { App, HttpContext } from './context.ts';
import { fileRoutes } from './files.ts';
import { finishOpenApi } from './openapi.ts';
import { operationRoutes } from './operations.ts';
import { pictureRoutes } from './pictures.ts';
import { createErrorHandler, refuseBrokenRequest } from './problem.ts';
import { requestRoutes } from './requests.ts';
import { statisticsRoutes } from './statistics.ts';
import { statusRoutes } from './status.ts';
import { uploadRoutes } from './upload.ts';
import { webhookRoutes } from './webhooks.ts';

const FORM_LIMITS = {
  fields: 30,
  files: 2,
  parts: 32,
  fieldSize: 16 * 1024,
  fileSize: Number.POSITIVE_INFINITY,
};

export async function createServer(context: HttpContext): Promise<App> {
  const app: App = fastify({
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // A slow upload may take as long as it needs while it moves; a stalled one is ended by the socket's own time limit.
    requestTimeout: 0,
    connectionTimeout: 120_000,
    frameworkErrors: createErrorHandler(context.log),
    clientErrorHandler: refuseBrokenRequest,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(context.log));
  app.setNotFoundHandler(async () => {
    throw new AppError('not_found', 'There is no such page. The API is described at /docs.');
  });
  requireKeys(app, context.apiKeys);
  requireLocalCaller(app, context);

  await app.register(multipart, { limits: FORM_LIMITS, throwFileSizeLimit: false });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'halve',
        version: VERSION,
        description: 'Upload a CSV of products with image URLs; get the same CSV back with lighter images.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      ...(context.apiKeys.length > 0 && {
        components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
        security: [{ key: [] }],
      }),
    },
    transform: jsonSchemaTransform,
    transformObject: finishOpenApi,
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });

  uploadRoutes(app, context);
  statusRoutes(app, context);
  statisticsRoutes(app, context);
  pictureRoutes(app, context);
  fileRoutes(app, context);
  requestRoutes(app, context);
  webhookRoutes(app, context);
  operationRoutes(app, context);
  return app;
}
