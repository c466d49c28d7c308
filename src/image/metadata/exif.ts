// EXIF: the few fields of IFD0 that matter here, read from and written to a TIFF structure (TIFF 6.0, EXIF 2.32 4.6).

const TAG = { orientation: 0x0112, artist: 0x013b, copyright: 0x8298 } as const;
const ASCII = 2;
const SHORT = 3;
/** Bytes of one credit line. The longest seen in the wild are paragraphs; more is padding or abuse. */
const MAX_TEXT = 2000;
/** Entries that are looked at. They ascend by tag, and cameras write twenty or so. */
const MAX_ENTRIES = 1000;

export interface ExifFields {
  /** 1-8; 1 when absent or senseless. */
  orientation: number;
  /** Raw bytes without the final NUL: ASCII by the standard, UTF-8 or Latin-1 in practice. */
  artist: Buffer | null;
  copyright: Buffer | null;
}

const NONE: ExifFields = { orientation: 1, artist: null, copyright: null };

/** Reads orientation, artist and copyright. Damaged EXIF is worth no failure: what cannot be read is absent. */
export function readExif(tiff: Buffer): ExifFields {
  if (tiff.length < 14) return NONE;
  const mark = tiff.toString('latin1', 0, 2);
  if (mark !== 'II' && mark !== 'MM') return NONE;
  const little = mark === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));

  const start = u32(4);
  if (start + 2 > tiff.length) return NONE;
  const count = Math.min(u16(start), MAX_ENTRIES, Math.floor((tiff.length - start - 2) / 12));
  const fields: ExifFields = { ...NONE };
  for (let i = 0; i < count; i++) {
    const entry = start + 2 + i * 12;
    const tag = u16(entry);
    if (tag === TAG.orientation && u16(entry + 2) === SHORT) {
      const value = u16(entry + 8);
      if (value >= 1 && value <= 8) fields.orientation = value;
    }
    if ((tag === TAG.artist || tag === TAG.copyright) && u16(entry + 2) === ASCII) {
      const length = u32(entry + 4);
      const at = length <= 4 ? entry + 8 : u32(entry + 8);
      if (at + length > tiff.length) continue;
      fields[tag === TAG.artist ? 'artist' : 'copyright'] = text(tiff.subarray(at, at + length));
    }
  }
  return fields;
}

/** A copyright may be two strings (photographer NUL editor, EXIF 2.32 4.6.4 D): inner NULs stay, outer padding goes. */
function text(bytes: Buffer): Buffer | null {
  let end = Math.min(bytes.length, MAX_TEXT);
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--;
  return end === 0 ? null : bytes.subarray(0, end);
}

/** A TIFF structure, little-endian, with nothing but the fields that say something. Null when none does. */
export function writeExif(fields: ExifFields): Buffer | null {
  const texts = [
    { tag: TAG.artist, value: fields.artist },
    { tag: TAG.copyright, value: fields.copyright },
  ].filter((entry): entry is { tag: typeof entry.tag; value: Buffer } => entry.value !== null);
  const count = texts.length + (fields.orientation > 1 ? 1 : 0);
  if (count === 0) return null;

  const head = Buffer.alloc(8 + 2 + count * 12 + 4);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(count, 8);
  const parts = [head];
  let entry = 10;
  let end = head.length;
  // Entries ascend by tag: orientation, artist, copyright.
  if (fields.orientation > 1) {
    writeEntry(head, entry, { tag: TAG.orientation, type: SHORT, count: 1, value: fields.orientation });
    entry += 12;
  }
  for (const { tag, value } of texts) {
    // Values longer than four bytes stand at an even offset; padding with NUL keeps shorter ones out of line too.
    const data = Buffer.alloc(Math.max(6, value.length + 1 + ((value.length + 1) & 1)));
    value.copy(data);
    writeEntry(head, entry, { tag, type: ASCII, count: Math.max(5, value.length + 1), value: end });
    parts.push(data);
    entry += 12;
    end += data.length;
  }
  return Buffer.concat(parts);
}

function writeEntry(
  into: Buffer,
  at: number,
  entry: { tag: number; type: number; count: number; value: number },
): void {
  into.writeUInt16LE(entry.tag, at);
  into.writeUInt16LE(entry.type, at + 2);
  into.writeUInt32LE(entry.count, at + 4);
  // A SHORT is left-justified in its four bytes, which little-endian gives for free.
  into.writeUInt32LE(entry.value, at + 8);
}
