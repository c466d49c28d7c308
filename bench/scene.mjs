// Draws one photo-like picture: shapes with soft edges, shading and texture of a natural (1/f) spectrum, out-of-focus
// ground, and sensor noise. The same number always draws the same pixels.

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Width of a shape's shadow in widths of the picture, and how far a turned box reaches in units of its half side. */
const SHADOW = 0.03;
const REACH = 1.5;

const smooth = (t) => t * t * (3 - 2 * t);

/**
 * Adds up octaves of value noise, about -1 to 1. `slope` is how much weaker each finer octave is: 1 is rough as gravel,
 * 2 is soft as fog; `finest` is the cell size in pixels where it ends.
 */
function octaves({ width, height, random, slope, finest }) {
  const field = new Float32Array(width * height);
  const columns = new Float32Array(width);
  const cells = new Int32Array(width);
  let weight = 1;
  for (let cell = width / 3; cell >= finest; cell /= 2, weight /= slope) {
    const across = Math.ceil(width / cell) + 2;
    const grid = Float32Array.from(
      { length: across * (Math.ceil(height / cell) + 2) },
      () => random() * 2 - 1,
    );
    for (let x = 0; x < width; x++) {
      cells[x] = Math.floor(x / cell);
      columns[x] = smooth(x / cell - cells[x]);
    }
    for (let y = 0; y < height; y++) {
      const row = Math.floor(y / cell) * across;
      const down = smooth(y / cell - Math.floor(y / cell));
      for (let x = 0, at = y * width; x < width; x++, at++) {
        const corner = row + cells[x];
        const top = grid[corner] + (grid[corner + 1] - grid[corner]) * columns[x];
        const below = corner + across;
        const bottom = grid[below] + (grid[below + 1] - grid[below]) * columns[x];
        field[at] += weight * (top + (bottom - top) * down);
      }
    }
  }
  return field;
}

/** Few things are as colourful as a random colour. */
function muted(random) {
  const colour = [30 + 200 * random(), 30 + 190 * random(), 25 + 180 * random()];
  const grey = (colour[0] + 2 * colour[1] + colour[2]) / 4;
  const kept = 0.15 + 0.6 * random() ** 2;
  return colour.map((value) => grey + kept * (value - grey));
}

/** One shape in units of the picture's width: an ellipse or a box, turned, with its colour, light and texture. */
function makeShape(random, ratio) {
  const turn = random() * Math.PI;
  const size = 0.02 + 0.26 * random() ** 1.6;
  return {
    x: random(),
    y: random() * ratio,
    cos: Math.cos(turn),
    sin: Math.sin(turn),
    a: size,
    b: size * (0.35 + 0.65 * random()),
    round: random() < 0.6,
    colour: muted(random),
    light: 30 + 50 * random(),
    texture: 8 + 44 * random() ** 1.5,
    coarse: random() < 0.35,
    /** Waves per width of a grain as of wood or cloth; 0 for none. */
    grain: random() < 0.3 ? 60 + 140 * random() : 0,
    /** Width of its edge: near 0 in focus. */
    blur: random() < 0.75 ? 0.0012 : 0.004 + 0.02 * random(),
    wobble: random() < 0.4 ? 0.02 + 0.05 * random() : 0,
  };
}

/** How far inside the shape a point is, in widths; below 0 outside. */
function depth(shape, u, v, bend) {
  const du = u - shape.x + bend * shape.wobble;
  const dv = v - shape.y + bend * shape.wobble;
  const p = (du * shape.cos + dv * shape.sin) / shape.a;
  const q = (dv * shape.cos - du * shape.sin) / shape.b;
  const radius = shape.round ? Math.hypot(p, q) : Math.max(Math.abs(p), Math.abs(q));
  return (1 - radius) * shape.b;
}

/** @returns the pixels, 3 bytes each, row by row. */
export function drawScene({ seed, width, height }) {
  const random = randomFrom(seed);
  const ratio = height / width;
  const fine = octaves({ width, height, random, slope: 1.22, finest: 1.5 });
  const soft = octaves({ width, height, random, slope: 1.9, finest: 3 });
  const shapes = Array.from({ length: 14 + Math.floor(random() * 22) }, () => makeShape(random, ratio));
  // Half of the pictures stand on a plain studio ground, half before an out-of-focus scene.
  const studio = random() < 0.5;
  const [top, bottom] = [0, 1].map(() => (studio ? [0, 1, 2].map(() => 215 + 30 * random()) : muted(random)));
  const groundTexture = studio ? 2.5 : 26;
  const noise = 0.5 + 1.1 * random();
  const pixels = Buffer.allocUnsafe(width * height * 3);
  const colour = [0, 0, 0];

  for (let y = 0, at = 0; y < height; y++) {
    const v = (y / height) * ratio;
    const near = shapes.filter(
      (shape) => Math.abs(v - shape.y) < REACH * shape.a + SHADOW + shape.wobble * 2.5,
    );
    for (let x = 0; x < width; x++, at++) {
      const u = x / width;
      for (let c = 0; c < 3; c++) {
        colour[c] =
          top[c] + (bottom[c] - top[c]) * (y / height) + groundTexture * soft[at] * (1 + 0.25 * (c - 1));
      }
      for (const shape of near) {
        const inside = depth(shape, u, v, soft[at]);
        // A soft shadow lies around it.
        if (inside < 0 && inside > -SHADOW) {
          const shade = 1 - 0.3 * (1 + inside / SHADOW) ** 2;
          for (let c = 0; c < 3; c++) colour[c] *= shade;
        }
        const cover = Math.min(1, Math.max(0, inside / shape.blur + 0.5));
        if (cover === 0) continue;
        const light = shape.light * ((shape.y - v) * 2 + (shape.x - u)) * 2;
        const grain =
          shape.grain &&
          7 * Math.sin(shape.grain * (u * shape.cos + v * shape.sin + 0.03 * soft[at]) * 6.283);
        const texture = shape.texture * (shape.coarse ? soft[at] : fine[at]) + grain;
        for (let c = 0; c < 3; c++) {
          colour[c] += cover * (shape.colour[c] + light + texture * (1 + 0.15 * (c - 1)) - colour[c]);
        }
      }
      // Sensor noise: near normal, mostly in the luminance.
      const grey = noise * (random() + random() + random() - 1.5) * 2;
      for (let c = 0; c < 3; c++) {
        pixels[at * 3 + c] = Math.min(255, Math.max(0, colour[c] + grey + noise * (random() - 0.5)));
      }
    }
  }
  return pixels;
}
