// Makes examples/catalogue/images/: product pictures drawn as SVG and rendered to what a shop's photos are: JPEG with
// sensor noise, PNG cut-outs with alpha, WebP, GIF. The same bytes on every run with the same sharp.
// Run: node examples/make-catalogue.mjs [name …]
import { mkdirSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { createSheet, seeded, studio, table } from './art/canvas.mjs';
import { camera, headphones } from './art/devices.mjs';
import { book, chair, sofa } from './art/furniture.mjs';
import { bottle, lamp, mug, plant } from './art/home.mjs';
import { backpack, sneaker, watch } from './art/wear.mjs';

const OUT = new URL('./catalogue/images/', import.meta.url);

/**
 * One picture each: file name, what to draw with which colours, the backdrop (null is transparent), pixels across and
 * down, and optionally the window [x, y, size] of the drawing that is shown.
 */
const SHOTS = [
  ['mug-sand.jpg', mug, { colour: '#d8cbb8' }, [table, '#cfd3d2'], [1000, 1000], [60, 80, 880]],
  ['mug-ocean.jpg', mug, { colour: '#2f6f86' }, [studio, '#e9e4dc'], [900, 900], [100, 140, 860]],
  ['mug-ocean-detail.webp', mug, { colour: '#2f6f86' }, [studio, '#e9e4dc'], [1000, 800], [290, 280, 500]],
  ['lamp-green.jpg', lamp, { colour: '#2f5d4a' }, [table, '#a9b3ae', '#a8774b'], [880, 1100], [60, 40, 960]],
  ['lamp-switch.gif', lamp, { colour: '#b8402f' }, [studio, '#b9b4ad'], [800, 800]],
  ['chair-mustard.jpg', chair, { colour: '#d29a2e' }, [studio, '#dfe3e4'], [1000, 1000]],
  ['chair-teal.webp', chair, { colour: '#2c7a78' }, null, [800, 800], [20, 20, 960]],
  ['sneaker-blue.jpg', sneaker, { colour: '#35598f' }, [studio, '#ece9e4'], [1200, 900], [110, 210, 780]],
  [
    'sneaker-blue-detail.jpg',
    sneaker,
    { colour: '#35598f' },
    [studio, '#ece9e4'],
    [880, 660],
    [410, 340, 440],
  ],
  ['sneaker-black.png', sneaker, { colour: '#3a3a3f', accent: '#8fbf3f' }, null, [800, 600], [110, 210, 780]],
  ['backpack-olive.jpg', backpack, { colour: '#6d7048' }, [studio, '#e4ddd2'], [880, 1100], [80, 60, 880]],
  ['backpack-navy.jpg', backpack, { colour: '#2e3f63' }, [table, '#c4c9cf'], [900, 900], [-10, -10, 1020]],
  [
    'headphones-graphite.jpg',
    headphones,
    { colour: '#3b3e45' },
    [studio, '#d9d4cc'],
    [1100, 1100],
    [60, 20, 880],
  ],
  [
    'headphones-cream.webp',
    headphones,
    { colour: '#d8ccb7' },
    [studio, '#b7a9a0'],
    [1000, 1000],
    [60, 20, 880],
  ],
  ['watch-tan.jpg', watch, { colour: '#9a6236' }, [studio, '#d5d9db'], [1000, 1000]],
  [
    'watch-dial.jpg',
    watch,
    { colour: '#26262a', dial: '#efece4' },
    [studio, '#c9c2b8'],
    [900, 900],
    [230, 240, 540],
  ],
  ['plant-terracotta.jpg', plant, { colour: '#b9653f' }, [studio, '#e6e8e2'], [960, 1200], [100, 140, 800]],
  [
    'plant-concrete.webp',
    plant,
    { colour: '#9b9c99', leaf: '#4b8f5a' },
    [table, '#d9dad6'],
    [900, 900],
    [60, 80, 880],
  ],
  ['bottle-coral.jpg', bottle, { colour: '#d8604a' }, [studio, '#e3e6e8'], [900, 1200], [120, 80, 760]],
  ['bottle-slate.png', bottle, { colour: '#4b5a68' }, null, [800, 800], [20, 0, 960]],
  ['sofa-grey.jpg', sofa, { colour: '#8d9297' }, [studio, '#e9e5de'], [1280, 960], [90, 180, 820]],
  [
    'sofa-rust.jpg',
    sofa,
    { colour: '#a9512f', cushion: '#2f4f5a' },
    [table, '#dcd6cb', '#b58a62'],
    [1000, 750],
    [90, 180, 820],
  ],
  [
    'camera-silver.jpg',
    camera,
    { colour: '#b9bdc0' },
    [table, '#9aa1a3', '#8a5f3d'],
    [1200, 900],
    [110, 130, 800],
  ],
  ['book-stack.jpg', book, { colour: '#6e1f2b' }, [table, '#c9c4b8'], [880, 1100], [80, 80, 860]],
];

/** The drawing as raw pixels, with alpha where there is no backdrop. */
function draw([name, product, colours, backdrop, [width, height], window = [0, 0, 1000]]) {
  const sheet = createSheet(seeded(name));
  const behind = backdrop ? backdrop[0](sheet, ...backdrop.slice(1)) : '';
  const body = product(sheet, colours);
  // The window is the square that must be seen; a picture that is wider or taller shows more around it.
  const [x, y, size] = window;
  const w = size * Math.max(1, width / height);
  const h = size * Math.max(1, height / width);
  const view = [x - (w - size) / 2, y - (h - size) / 2, w, h].join(' ');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${view}"><defs>${sheet.defs.join('')}</defs>${behind}${body}</svg>`;
  return sharp(Buffer.from(svg), { unlimited: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
}

/** Light fall-off towards the corners and the noise of a sensor, stronger in the dark. Alpha is left alone. */
function expose({ data, info }, name, noise) {
  const chance = seeded(`${name} noise`);
  const { width, height } = info;
  for (let at = 0, pixel = 0; at < data.length; at += 4, pixel++) {
    const dx = (pixel % width) / width - 0.5;
    const dy = Math.floor(pixel / width) / height - 0.5;
    const light = 1 - 0.42 * (dx * dx + dy * dy);
    const grain = (chance() + chance() + chance() - 1.5) * noise;
    for (let channel = at; channel < at + 3; channel++) {
      const value = data[channel] * light;
      data[channel] = Math.max(0, Math.min(255, value + grain * (1.5 - value / 255)));
    }
  }
  return sharp(data, { raw: info });
}

/** Encoders by extension. A WebP keeps what alpha the drawing has. */
const ENCODE = {
  jpg: (picture) => picture.flatten().jpeg({ quality: 84, chromaSubsampling: '4:2:0' }),
  webp: (picture) => picture.webp({ quality: 84 }),
  png: (picture) => picture.png({ compressionLevel: 9 }),
};

/** Two frames, lit and not. */
async function animate([name, product, colours, ...rest]) {
  const frames = [];
  for (const lit of [true, false]) {
    const { data, info } = await draw([name, product, { ...colours, lit }, ...rest]);
    frames.push(await sharp(data, { raw: info }).flatten().png().toBuffer());
  }
  return sharp(frames, { join: { animated: true } })
    .gif({ delay: [900, 900], colours: 64, dither: 0.4 })
    .toBuffer();
}

async function render(shot) {
  const [name, , , backdrop] = shot;
  const type = name.split('.').at(-1);
  if (type === 'gif') return animate(shot);
  const drawing = await draw(shot);
  // A cut-out is the work of an editor who has taken the noise out.
  const picture = backdrop ? expose(drawing, name, 3.5) : sharp(drawing.data, { raw: drawing.info });
  return ENCODE[type](picture).toBuffer();
}

mkdirSync(OUT, { recursive: true });
const only = process.argv.slice(2);
let total = 0;
for (const shot of SHOTS) {
  const [name] = shot;
  if (only.length > 0 && !only.some((part) => name.includes(part))) continue;
  const bytes = await render(shot);
  writeFileSync(new URL(name, OUT), bytes);
  total += bytes.length;
  console.log(`${name.padEnd(28)}${String(bytes.length).padStart(9)} bytes`);
}
console.log(`${'total'.padEnd(28)}${String(total).padStart(9)} bytes`);
