// /admin/queues: the queue board of a fleet in a browser, behind the same keys as everything else.
import type { App, HttpContext } from '../context.ts';

/** Its styles are set by its scripts, so they cannot be told from others; it asks for fonts elsewhere, and does without. */
const BOARD_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'self'; frame-ancestors 'none'";

export function adminRoutes(app: App, { queueBoard }: Pick<HttpContext, 'queueBoard'>): void {
  if (!queueBoard) return;
  void app.register(async (scope) => {
    scope.addHook('onSend', async (_call, reply) => {
      reply.header('content-security-policy', BOARD_POLICY);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('referrer-policy', 'no-referrer');
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    });
    await scope.register(queueBoard, { prefix: '/admin/queues' });
  });
}
