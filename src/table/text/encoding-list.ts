// The encodings that text files are read in: one entry each, for the page too.

/**
 * How many bytes a character has: `cell` is UTF-8, and a cell that is none is Windows-1252 (one such byte must not change how
 * the rest of a file reads); `wide` two; `one` one; `several` one or more, of which none but the
 * first may look like a delimiter, a quote or a line end.
 */
export const ENCODINGS = {
  'utf-8': 'cell',
  'windows-1252': 'one',
  'utf-16le': 'wide',
  'utf-16be': 'wide',
  'windows-1250': 'one',
  'windows-1251': 'one',
  'windows-1253': 'one',
  'windows-1254': 'one',
  'windows-1255': 'one',
  'windows-1256': 'one',
  'windows-1257': 'one',
  'windows-1258': 'one',
  'windows-874': 'one',
  'iso-8859-2': 'one',
  'iso-8859-4': 'one',
  'iso-8859-5': 'one',
  'iso-8859-7': 'one',
  'iso-8859-8': 'one',
  'iso-8859-13': 'one',
  'iso-8859-15': 'one',
  'iso-8859-16': 'one',
  macintosh: 'one',
  'x-mac-cyrillic': 'one',
  'koi8-r': 'one',
  'koi8-u': 'one',
  ibm866: 'one',
  gbk: 'several',
  gb18030: 'several',
  big5: 'several',
  shift_jis: 'several',
  'euc-jp': 'several',
  'euc-kr': 'several',
} as const satisfies Record<string, 'cell' | 'wide' | 'one' | 'several'>;

export type TextEncoding = keyof typeof ENCODINGS;
