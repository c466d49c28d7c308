// Child process: the yardstick. The same pictures, as often, through sharp alone: from memory to memory, nothing stored.
// Arguments: folder, number of images. Reports once.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { listPictures } from './pictures.mjs';

const IN_FLIGHT = 4;
sharp.cache(false);
sharp.concurrency(1);

const [folder, images] = process.argv.slice(2);
const pictures = listPictures(folder).map((file) => readFileSync(file));
let next = 0;
let [bytesIn, bytesOut] = [0, 0];

async function work() {
  while (next < Number(images)) {
    const picture = pictures[next++ % pictures.length];
    const result = await sharp(picture).jpeg({ quality: 50 }).toBuffer();
    bytesIn += picture.length;
    bytesOut += result.length;
  }
}

const began = performance.now();
const cpuBefore = process.cpuUsage();
await Promise.all(Array.from({ length: IN_FLIGHT }, work));
const { user, system } = process.cpuUsage(cpuBefore);
process.send({
  wallS: (performance.now() - began) / 1000,
  cpuS: (user + system) / 1e6,
  bytesIn,
  bytesOut,
  sharp: sharp.versions.sharp,
  vips: sharp.versions.vips,
});
// Ended by the bench, once it has the report.
process.on('disconnect', () => process.exit());
