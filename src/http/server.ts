// The HTTP server as a value: routes and their schemas, errors, keys and documents. Listening is the business of app/.
import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyReply } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { AppError } from '../errors.ts';
import { VERSION } from '../util/version.ts';
import type { App, HttpContext } from './context.ts';
import { finishOpenApi } from './documents/openapi.ts';
import { guardRequests } from './guards/access.ts';
import { requireKeys, requireLocalCaller } from './guards/auth.ts';
import { acceptFirst, answerMalformed, connectionTimes, endSlowConnections } from './guards/connections.ts';
import { shedLoad } from './guards/overload.ts';
import { rateLimit, warnOfProxy } from './guards/rate-limit.ts';
import { CALL_ID, callId, observeCalls } from './observe.ts';
import { createErrorHandler } from './problem.ts';
import { FIELD_BYTES } from './read-upload.ts';
import { adminRoutes } from './routes/admin.ts';
import { fileRoutes } from './routes/files.ts';
import { operationRoutes } from './routes/operations.ts';
import { pictureRoutes } from './routes/pictures.ts';
import { requestRoutes } from './routes/requests.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { statusRoutes } from './routes/status.ts';
import { uploadRoutes } from './routes/upload.ts';
import { webhookRoutes } from './routes/webhooks.ts';

const FORM_LIMITS = {
  fields: 30,
  files: 2,
  parts: 32,
  fieldSize: FIELD_BYTES,
  fileSize: Number.POSITIVE_INFINITY,
};

export async function createServer(context: HttpContext): Promise<App> {
  const { trustProxy } = context.limits;
  const onError = createErrorHandler(context);
  const app: App = fastify({
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    forceCloseConnections: 'idle',
    trustProxy: Array.isArray(trustProxy) ? trustProxy : (_address, hop) => hop < trustProxy,
    ...connectionTimes(context.limits),
    clientErrorHandler: answerMalformed,
    genReqId: callId,
    // Before there is a route: a URL that is none.
    frameworkErrors: (error, call, reply) =>
      onError(error, call, reply.header(CALL_ID, call.id) as unknown as FastifyReply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(onError);
  app.setNotFoundHandler(async () => {
    throw new AppError('not_found', 'There is no such page. The API is described at /docs.');
  });
  acceptFirst(app);
  observeCalls(app, context);
  endSlowConnections(app, context.limits);
  warnOfProxy(app, context);
  const { countGuesses, countCalls } = await rateLimit(app, context);
  countGuesses();
  requireKeys(app, context.apiKeys);
  requireLocalCaller(app, context);
  countCalls();
  shedLoad(app);
  guardRequests(app, context);

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

  // In a scope of its own, since its bodies are streams.
  await app.register(async (scope: App) => uploadRoutes(scope, context));
  statusRoutes(app, context);
  statisticsRoutes(app, context);
  pictureRoutes(app, context);
  fileRoutes(app, context);
  requestRoutes(app, context);
  webhookRoutes(app, context);
  operationRoutes(app, context);
  adminRoutes(app, context);
  return app;
}
