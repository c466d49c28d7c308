// The pictures a bench works on: a folder of somebody's, or made once and kept in .cache/.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Counts up when the drawing changes, so that old pictures are not taken for new ones. */
const EDITION = 1;
const CACHE = fileURLToPath(new URL('./.cache/', import.meta.url));
const VARIANTS = [1600, 800].flatMap((width) => [85, 95].map((quality) => ({ width, quality })));
const SHAPES = [2 / 3, 3 / 4, 1, 5 / 4];

/** The JPEGs of a folder in the order of their names; with `recursive`, of all below it. */
export function listPictures(folder, { recursive = false } = {}) {
  return readdirSync(folder, { recursive })
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Folder of `count` photo-like JPEGs, 1600 and 800 pixels wide at qualities 85 and 95. */
export function photos(count, report) {
  return cached(`photos-${EDITION}-${count}`, report, async (save) => {
    for (let index = 0; index < count; index += VARIANTS.length) {
      const scene = index / VARIANTS.length;
      for (const [offset, { width, quality }] of VARIANTS.entries()) {
        if (index + offset >= count) break;
        const height = Math.round(width * SHAPES[scene % SHAPES.length]);
        await save(`${String(index + offset).padStart(4, '0')}-${width}-q${quality}.jpg`, {
          seed: scene + 1,
          width,
          height,
          quality,
        });
      }
    }
  });
}

/** Folder of `count` JPEGs of 64x64 pixels, 1 to 2 kB each: the work around an image, without the image. */
export function thumbnails(count, report) {
  return cached(`thumbnails-${EDITION}-${count}`, report, async (save) => {
    for (let index = 0; index < count; index++) {
      await save(`${String(index).padStart(4, '0')}.jpg`, {
        seed: index + 1,
        width: 64,
        height: 64,
        quality: 80,
      });
    }
  });
}

/** A folder is there whole or not at all: it gets its name when it is complete. */
async function cached(name, report, make) {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  report(`making the pictures, once (${folder})`);
  const [{ default: sharp }, { drawScene }] = await Promise.all([import('sharp'), import('./scene.mjs')]);
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  let [drawn, pixels] = ['', null];
  try {
    await make(async (file, { quality, ...scene }) => {
      // A scene that comes in two qualities is drawn once.
      if (drawn !== JSON.stringify(scene)) [drawn, pixels] = [JSON.stringify(scene), drawScene(scene)];
      const raw = { width: scene.width, height: scene.height, channels: 3 };
      writeFileSync(join(unfinished, file), await sharp(pixels, { raw }).jpeg({ quality }).toBuffer());
    });
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}
