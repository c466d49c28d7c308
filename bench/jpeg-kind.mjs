// What a JPEG's frame header says of it (ITU-T T.81 B.2.2): size, subsampling, sequential or progressive; and the segments
// that decide how it is shown.

const FRAME_HEADERS = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const PROGRESSIVE = new Set([0xc2, 0xc6, 0xca, 0xce]);
/** The first component's sampling over the second's, across and down. */
const SUBSAMPLING = { '1x1': '4:4:4', '2x1': '4:2:2', '1x2': '4:4:0', '2x2': '4:2:0', '4x1': '4:1:1' };

/** Null when there is no frame header. */
export function jpegKind(input) {
  let at = 2;
  while (at + 10 < input.length) {
    const marker = input[at + 1];
    if (input[at] !== 0xff || marker === 0xff) at++;
    else if (FRAME_HEADERS.has(marker)) return frame(input, at, marker);
    else at += 2 + input.readUInt16BE(at + 2);
  }
  return null;
}

function frame(input, at, marker) {
  const count = input[at + 9];
  const factors = Array.from({ length: count }, (_, index) => input[at + 11 + index * 3] ?? 0x11);
  const [across, down] = [(f) => f >> 4, (f) => f & 15].map(
    (part) => part(factors[0]) / part(factors[1] ?? 1),
  );
  const subsampling =
    count === 1
      ? 'gray'
      : count === 3 && factors[1] === factors[2]
        ? (SUBSAMPLING[`${across}x${down}`] ?? 'odd')
        : `${count} components`;
  return {
    width: input.readUInt16BE(at + 7),
    height: input.readUInt16BE(at + 5),
    subsampling,
    progressive: PROGRESSIVE.has(marker),
  };
}

/**
 * `result` with the orientation and colour profile of `input`, unless it has them: they are metadata, which the kernel
 * leaves to its caller. The segments are copied whole.
 */
export function dressed(result, input) {
  const own = showing(result);
  const missing = showing(input).filter(({ name }) => own.every((segment) => segment.name !== name));
  return Buffer.concat([result.subarray(0, 2), ...missing.map(({ bytes }) => bytes), result.subarray(2)]);
}

/** The EXIF and profile segments before the frame header. */
function showing(input) {
  const found = [];
  for (let at = 2; at + 10 < input.length && !FRAME_HEADERS.has(input[at + 1]); ) {
    if (input[at] !== 0xff || input[at + 1] === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + input.readUInt16BE(at + 2);
    const name = ['Exif\0', 'ICC_PROFILE\0'].find((head) =>
      input.toString('latin1', at + 4, end).startsWith(head),
    );
    if (name && (input[at + 1] === 0xe1 || input[at + 1] === 0xe2)) {
      found.push({ name, bytes: input.subarray(at, end) });
    }
    at = end;
  }
  return found;
}
