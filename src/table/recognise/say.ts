// How columns are written in messages: for people who look at their file in a spreadsheet.

const MOST_LISTED = 20;
const MOST_ASKED = 6;
const LONGEST = 80;

/** What a column is called when its header says nothing, or when there is no header. */
export const columnLabel = (index: number): string => `Column ${index + 1}`;

/** A text that fits into a sentence. Pictures that stand in cells are never printed. */
export function shortened(cell: string): string {
  const text = cell
    .slice(0, 4 * LONGEST)
    .replace(/\s+/g, ' ')
    .trim();
  if (/data:image\//i.test(text)) return 'data:image/…';
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** Columns by their texts, `"Image", "Image" (column 5) and "Photo"`. */
export function quoted(header: readonly string[], columns: readonly number[]): string {
  const shown = columns.slice(0, MOST_ASKED).map((index) => {
    const text = header[index] ?? '';
    if (text === '') return columnLabel(index).toLowerCase();
    return `"${shortened(text)}"${isUnique(header, text) ? '' : ` (column ${index + 1})`}`;
  });
  return joined(shown, columns.length - shown.length, 'and');
}

/** `url_column=Link or url_column=#4`: what settles a question. A number where the text would not do. */
export function optionFor(header: readonly string[], columns: readonly number[], option: string): string {
  const shown = columns.slice(0, MOST_ASKED).map((index) => {
    const text = header[index] ?? '';
    const tells = text !== '' && text.length <= LONGEST && !/^[/#]|\s{2}|[\r\n]/.test(text);
    return `${option}=${tells && isUnique(header, text) ? text : `#${index + 1}`}`;
  });
  return joined(shown, columns.length - shown.length, 'or');
}

function joined(parts: readonly string[], more: number, word: string): string {
  if (more > 0) return `${parts.join(', ')} ${word} ${more} more`;
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`;
}

const isUnique = (header: readonly string[], text: string): boolean =>
  header.indexOf(text) === header.lastIndexOf(text);

/** The header's columns: the first ones, by their texts. */
export function headerList(header: readonly string[]): string {
  const named = header.filter((cell) => cell !== '');
  if (named.length === 0) return 'no names';
  const listed = named.slice(0, MOST_LISTED).map((cell) => `"${shortened(cell)}"`);
  const more = named.length - listed.length;
  return more > 0 ? `${listed.join(', ')} and ${more} more` : listed.join(', ');
}
