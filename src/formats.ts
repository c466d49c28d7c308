// Every word for an image format, once: what people, files, HTTP and libvips call it. A new format is its entry here and
// what the compiler then asks for: its codec (image/codecs.ts) and its first bytes (image/sniff.ts).

interface FormatWords {
  /** As people write it. */
  label: string;
  /** Of the files that are written, without a dot. */
  extension: string;
  /** What others call such files. */
  otherExtensions?: readonly string[];
  /** What the option `format` may call it besides its own name. */
  otherNames?: readonly string[];
  contentType: string;
  /** libvips' loaders of it: the middle of `VipsForeignLoad…Buffer`. */
  loaders: readonly string[];
  /** Whether an encoder of ours writes more than one frame. */
  animates: boolean;
  /** Whether the page offers it: what shops show photos in. */
  offered: boolean;
}

const WORDS = {
  jpeg: {
    label: 'JPEG',
    extension: 'jpg',
    otherExtensions: ['jpeg'],
    otherNames: ['jpg'],
    contentType: 'image/jpeg',
    loaders: ['Jpeg'],
    animates: false,
    offered: true,
  },
  png: {
    label: 'PNG',
    extension: 'png',
    contentType: 'image/png',
    loaders: ['Png'],
    animates: false,
    offered: true,
  },
  webp: {
    label: 'WebP',
    extension: 'webp',
    contentType: 'image/webp',
    loaders: ['Webp'],
    animates: true,
    offered: true,
  },
  avif: {
    label: 'AVIF',
    extension: 'avif',
    contentType: 'image/avif',
    loaders: ['Heif'],
    animates: false,
    offered: true,
  },
  gif: {
    label: 'GIF',
    extension: 'gif',
    contentType: 'image/gif',
    loaders: ['Nsgif'],
    animates: true,
    offered: false,
  },
  tiff: {
    label: 'TIFF',
    extension: 'tif',
    otherExtensions: ['tiff'],
    contentType: 'image/tiff',
    loaders: ['Tiff'],
    animates: false,
    offered: false,
  },
} as const satisfies Record<string, FormatWords>;

export type ImageFormat = keyof typeof WORDS;

/** In the order in which lists name them. */
export const FORMATS: Readonly<Record<ImageFormat, FormatWords>> = WORDS;

export const formatNames = (): ImageFormat[] => Object.keys(FORMATS) as ImageFormat[];

/** `JPEG, PNG … or TIFF`, of whichever word. */
export function listFormats(word: (format: ImageFormat) => string): string {
  const words = formatNames().map(word);
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The format that the option `format` means by a name. */
export function formatNamed(name: string): ImageFormat | undefined {
  return formatNames().find((format) => format === name || FORMATS[format].otherNames?.includes(name));
}

/** The format that a file with this extension is of. */
export function formatWithExtension(extension: string): ImageFormat | undefined {
  return formatNames().find((format) => {
    const words = FORMATS[format];
    return words.extension === extension || words.otherExtensions?.includes(extension);
  });
}

/** The format of the image that an object key names; undefined when it names none. */
export function formatOfKey(key: string): ImageFormat | undefined {
  return formatWithExtension(/[^/]\.(\w+)$/.exec(key)?.[1] ?? '');
}
