// Serves examples/catalogue/images/ as a shop's image host would, for products.csv to point at.
// Run: npm run demo:serve [-- port, default 8001]
import { once } from 'node:events';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/** The port in products.csv. */
export const CATALOGUE_PORT = 8001;

const IMAGES = new URL('./catalogue/images/', import.meta.url);
const TYPES = { '.jpg': 'image/jpeg', '.png': 'image/png', '.webp': 'image/webp', '.gif': 'image/gif' };

/**
 * Serves /images/NAME on the loopback address; port 0 takes a free one. Resolves to the port that was taken and
 * `close()`. Rejects with EADDRINUSE when the port is not free.
 */
export async function startOrigin(port = CATALOGUE_PORT) {
  // Only what is in this list is served, so no path can lead elsewhere.
  const images = new Map(
    readdirSync(IMAGES).map((name) => [`/images/${name}`, fileURLToPath(new URL(name, IMAGES))]),
  );
  const server = createServer((request, response) => {
    const file = images.get(request.url ?? '');
    if (!file)
      return response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such image\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)], 'content-length': statSync(file).size });
    return request.method === 'HEAD' ? response.end() : createReadStream(file).pipe(response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const origin = await startOrigin(argv[2] === undefined ? CATALOGUE_PORT : Number(argv[2]));
  console.log(`The example catalogue is served on http://localhost:${origin.port}/images/`);
}
