// A cell with a formula: `=IMAGE("…")`, `=HYPERLINK("…";"…")`, `="…"`, also inside other functions.
import { type Stretch, startsUrl, trimmed } from './marks.ts';

interface Literal extends Stretch {
  /** The function whose first argument it is, in upper case; null when it is another argument. */
  callee: string | null;
  /** It is joined with something else (`"https://…"&A2`), so it is no URL by itself. */
  joined: boolean;
}

const FORMULA = /^\s*=\s*[+-]?\s*[@\p{L}_("]/u;
const LITERAL = /"[^"]*(?:""[^"]*)*"|'[^']*'/g;
/** How spreadsheets call IMAGE in the languages whose name for it is another. */
const IMAGE_FUNCTIONS = new Set(
  'IMAGE BILD IMAGEN IMMAGINE IMAGEM AFBEELDING OBRAZ BILLEDE BILDE KUVA KÉP OBRÁZEK RESIM GÖRÜNTÜ ИЗОБРАЖЕНИЕ'.split(
    ' ',
  ),
);

export function isFormula(text: string): boolean {
  return FORMULA.test(text) && /["'(]/.test(text) && !startsUrl(text, text.indexOf('=') + 1);
}

/**
 * The literals of a formula that are its pictures: the first arguments of IMAGE when there are some, else first arguments
 * that are URLs (HYPERLINK in any language; what is shown for the link is not replaced), else whatever literal is a URL.
 */
export function readFormula(text: string): { stretch: Stretch; joined: boolean }[] {
  const literals = [...text.matchAll(LITERAL)].map((match) => literalOf(text, match.index, match[0]));
  const isUrl = (literal: Literal) => startsUrl(text, literal.start);
  const images = literals.filter(({ callee }) => callee !== null && IMAGE_FUNCTIONS.has(callee));
  const links = literals.filter((literal) => literal.callee !== null && isUrl(literal));
  const picked = images.length > 0 ? images : links.length > 0 ? links : literals.filter(isUrl);
  return picked
    .filter(({ start, end }) => end > start)
    .map(({ start, end, joined }) => ({ stretch: { start, end }, joined }));
}

function literalOf(text: string, at: number, quoted: string): Literal {
  const after = at + quoted.length;
  const before = text.slice(Math.max(0, at - 60), at);
  const name = /([\p{L}_][\p{L}\p{N}_.]*)\(\s*$/u.exec(before)?.[1];
  const joined = /&\s*$/.test(before) || /^\s*&/.test(text.slice(after, after + 20));
  return {
    ...trimmed(text, { start: at + 1, end: after - 1 }),
    callee: name?.toUpperCase().replace(/^_XLFN\./, '') ?? null,
    joined,
  };
}
