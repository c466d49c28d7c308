// Photoshop image resources, of which only IPTC IIM (resource 0x0404) is of interest: Adobe Photoshop File Formats
// Specification, "Image Resource Blocks". Thumbnails, paths and captions are in the other resources.

const SIGNATURE = '8BIM';
const IPTC = 0x0404;
/** Blocks of one segment that are looked at. Photoshop writes some thirty, and IPTC among the first. */
const MAX_BLOCKS = 200;

/** The IPTC records among the resources of an APP13 segment, or null. Stops quietly at the first damaged block. */
export function iptcOf(resources: Buffer): Buffer | null {
  let at = 0;
  for (let blocks = 0; blocks < MAX_BLOCKS && at + 12 <= resources.length; blocks++) {
    if (resources.toString('latin1', at, at + 4) !== SIGNATURE) return null;
    const id = resources.readUInt16BE(at + 4);
    // A Pascal string padded to an even number of bytes, its length byte counted.
    const name = resources.readUInt8(at + 6) + 1;
    const sizeAt = at + 6 + name + (name & 1);
    if (sizeAt + 4 > resources.length) return null;
    const start = sizeAt + 4;
    const end = start + resources.readUInt32BE(sizeAt);
    if (end > resources.length) return null;
    if (id === IPTC) return end > start ? resources.subarray(start, end) : null;
    at = end + (end & 1 ? 1 : 0);
  }
  return null;
}

/** One resource block that holds `iptc`. */
export function irbWith(iptc: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.write(SIGNATURE, 'latin1');
  head.writeUInt16BE(IPTC, 4);
  head.writeUInt32BE(iptc.length, 8);
  return Buffer.concat([head, iptc, Buffer.alloc(iptc.length & 1)]);
}
