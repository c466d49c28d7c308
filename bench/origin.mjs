// Child process: serves the pictures of a folder from memory on the loopback address, as an image host would.
// Arguments: folder, milliseconds before the first byte. Any message is answered with what happened since the last one.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { listPictures } from './pictures.mjs';

const [folder, latency] = process.argv.slice(2);
const pictures = listPictures(folder).map((file) => readFileSync(file));
let seen = new Set();
let [requests, inFlight, maxInFlight] = [0, 0, 0];

// /PICTURE.jpg?image=N: every image has a URL of its own, and its bytes are those of one of the pictures.
const server = createServer((request, response) => {
  const [, picture, image] = request.url.match(/^\/(\d+)\.jpg\?image=(\d+)$/) ?? [];
  const body = pictures[picture];
  if (!body) return response.writeHead(404).end();
  seen.add(image);
  requests++;
  maxInFlight = Math.max(maxInFlight, ++inFlight);
  response.on('close', () => inFlight--);
  const answer = () =>
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length }).end(body);
  return Number(latency) > 0 ? setTimeout(answer, Number(latency)) : answer();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', () => {
  process.send({ requests, distinct: seen.size, maxInFlight });
  seen = new Set();
  requests = 0;
  maxInFlight = 0;
});
process.on('disconnect', () => process.exit());
