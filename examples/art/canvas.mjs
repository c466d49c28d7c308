// Owns what every picture shares: a seeded chance, colours, a sheet that collects SVG definitions, studio and shadow.
// All drawing is in a space of 1000 x 1000 with the floor at about y = 830 and the light from the upper left.

/** Chance that is the same on every run: mulberry32 over a text's hash. Gives [0, 1). */
export function seeded(text) {
  let state = 0;
  for (const char of text) state = Math.imul(state ^ char.codePointAt(0), 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `#rrggbb` made lighter (`by` > 0, up to 1 is white) or darker (< 0). */
export function shade(hex, by) {
  const mix = (channel) => Math.round(by > 0 ? channel + (255 - channel) * by : channel * (1 + by));
  const parts = [1, 3, 5].map((at) => mix(Number.parseInt(hex.slice(at, at + 2), 16)));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

const stopsOf = (stops) =>
  stops
    .map(
      ([offset, colour, opacity = 1]) =>
        `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${opacity}"/>`,
    )
    .join('');

/** Collects definitions; each method returns what goes into `fill`, `stroke` or `filter`. */
export function createSheet(chance) {
  const defs = [];
  const add = (make) => {
    const id = `d${defs.length}`;
    defs.push(make(id));
    return `url(#${id})`;
  };
  const sheet = {
    defs,
    chance,
    /** A linear gradient from [x1, y1] to [x2, y2], in shares of the shape's box. */
    linear: (stops, [x1, y1, x2, y2] = [0, 0, 1, 0]) =>
      add(
        (id) =>
          `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stopsOf(stops)}</linearGradient>`,
      ),
    radial: (stops, [cx, cy, r] = [0.5, 0.5, 0.5]) =>
      add(
        (id) =>
          `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}">${stopsOf(stops)}</radialGradient>`,
      ),
    /** How light falls on an upright cylinder: dark edges, a highlight left of the middle, a bounce at the right. */
    cylinder: (colour, gloss = 0.35) =>
      sheet.linear([
        [0, shade(colour, -0.5)],
        [0.1, shade(colour, -0.18)],
        [0.24, shade(colour, gloss)],
        [0.34, shade(colour, gloss * 0.45)],
        [0.55, colour],
        [0.85, shade(colour, -0.42)],
        [0.95, shade(colour, -0.55)],
        [1, shade(colour, -0.38)],
      ]),
    blur: (sigma) =>
      add(
        (id) =>
          `<filter id="${id}" x="-60%" y="-60%" width="220%" height="220%"><feGaussianBlur stdDeviation="${sigma}"/></filter>`,
      ),
    /**
     * Makes a flat shape a body: lit as if its edges were round (`round`, a blur in pixels; `depth`, how far it bulges),
     * with a surface of `grain` [frequency across, along] that is `rough` high.
     */
    material: ({ round = 14, depth = 9, grain = [0.9, 0.9], octaves = 2, rough = 1.2, azimuth = 235 }) =>
      add((id) => {
        const light = `<feDistantLight azimuth="${azimuth}" elevation="56"/>`;
        return `<filter id="${id}" x="-25%" y="-25%" width="150%" height="150%" color-interpolation-filters="sRGB">
<feGaussianBlur in="SourceAlpha" stdDeviation="${round}" result="height"/>
<feDiffuseLighting in="height" surfaceScale="${depth}" diffuseConstant="1.2" result="form">${light}</feDiffuseLighting>
<feTurbulence type="fractalNoise" baseFrequency="${grain.join(' ')}" numOctaves="${octaves}" seed="${Math.floor(chance() * 999)}"/>
<feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1 0 0 0 0"/>
<feDiffuseLighting surfaceScale="${rough}" diffuseConstant="1.2" result="grain">${light}</feDiffuseLighting>
<feComposite in="SourceGraphic" in2="form" operator="arithmetic" k1="1" result="lit"/>
<feComposite in="lit" in2="grain" operator="arithmetic" k1="1"/>
<feComposite in2="SourceAlpha" operator="in"/></filter>`;
      }),
    /** A shadow on the floor: a wide soft one, and a dark one where the thing touches it. */
    shadow: (cx, cy, rx, ry = rx * 0.16, strength = 1) =>
      `<ellipse cx="${cx + rx * 0.22}" cy="${cy + ry * 0.35}" rx="${rx * 1.25}" ry="${ry * 1.5}" fill="#20160e" opacity="${0.3 * strength}" filter="${sheet.blur(30)}"/>
<ellipse cx="${cx + rx * 0.04}" cy="${cy}" rx="${rx}" ry="${ry * 0.75}" fill="#140d08" opacity="${0.55 * strength}" filter="${sheet.blur(9)}"/>`,
    /** A highlight with soft edges: any shape's markup in white. */
    glint: (markup, opacity = 0.5, sigma = 5) =>
      `<g fill="#fff" opacity="${opacity}" filter="${sheet.blur(sigma)}">${markup}</g>`,
  };
  return sheet;
}

/** A seamless paper backdrop, lit from the upper left; `tone` is its colour in full light. */
export function studio(sheet, tone) {
  const wall = sheet.linear(
    [
      [0, shade(tone, -0.14)],
      [0.54, tone],
      [0.65, shade(tone, -0.07)],
      [0.74, shade(tone, 0.1)],
      [1, shade(tone, -0.14)],
    ],
    [0, 0, 0, 1],
  );
  const key = sheet.radial(
    [
      [0, '#fff', 0.55],
      [0.6, '#fff', 0.12],
      [1, '#fff', 0],
    ],
    [0.32, 0.3, 0.62],
  );
  const room = 'x="-500" y="-300" width="2000" height="1600"';
  return `<rect ${room} fill="${wall}"/><rect ${room} fill="${key}"/>`;
}

/** A table of boards in front of a plain wall. */
export function table(sheet, tone, wood = '#c08f60') {
  const edges = [606, 656, 728, 826, 950, 1110, 1300];
  const boards = edges.slice(0, -1).map((y, n) => {
    const grain = sheet.material({
      round: 1.5,
      depth: 1.5,
      grain: [0.0022, 0.05 - n * 0.006],
      octaves: 5,
      rough: 4.5,
    });
    const height = edges[n + 1] - y - 2;
    return `<rect x="-500" y="${y}" width="2000" height="${height}" fill="${shade(wood, (sheet.chance() - 0.5) * 0.24)}" filter="${grain}"/>`;
  });
  const fall = sheet.linear(
    [
      [0, '#000', 0.42],
      [0.3, '#000', 0.05],
      [1, '#000', 0.28],
    ],
    [0, 0, 0, 1],
  );
  const sheen = sheet.radial([
    [0, '#fff', 0.34],
    [1, '#fff', 0],
  ]);
  return `${studio(sheet, tone)}<rect x="-500" y="600" width="2000" height="700" fill="#2c1a0d"/>${boards.join('')}
<rect x="-500" y="600" width="2000" height="700" fill="${fall}"/><ellipse cx="280" cy="720" rx="620" ry="120" fill="${sheen}"/>`;
}
