// How cells say in words that there is no picture.
import { BLANK, LINE_END } from './marks.ts';

/** Letters and digits of what is written, in lower case: `no_selection`, `N/A`, `[null]`, `#REF!`. */
const WORDS = new Set(
  [
    '0 na nan nil nill none null undefined false no empty blank missing ref value error tbd tba',
    'noselection noimage noimages nopicture nopictures nophoto nophotos nopic noimg nofile nomedia nourl nolink',
    'noneselected notset notavailable unavailable notapplicable withoutimage withoutpicture imagenotavailable',
    'keine kein keins keinbild keinebilder ohne ohnebild nichtvorhanden aucun aucune aucuneimage sansimage pasdimage',
    'ninguno ninguna sinimagen sinfoto nessuna nessunaimmagine senzaimmagine nenhum nenhuma semimagem semfoto',
    'geen geenafbeelding geenfoto brak brakzdjęcia yok resimyok ingen ingenbild ingenbillede нет нетфото нетизображения',
    '无 無 暂无 暂无图片 なし 画像なし 없음',
  ].flatMap((line) => line.split(' ')),
);
const LONGEST = 60;
const INVISIBLE = new RegExp(`^[${BLANK}${LINE_END}]+`);

/** Whether a cell says that there is no picture: empty, signs only (`-`, `[]`, `?`), or one of the words for it. */
export function isNoPicture(text: string): boolean {
  if (text.startsWith('http')) return false;
  const words = text.replace(INVISIBLE, '');
  if (words.length > LONGEST && /[\p{L}\p{N}]/u.test(words.slice(0, LONGEST))) return false;
  const letters = words.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
  return letters === '' || (letters.length <= LONGEST && WORDS.has(letters));
}
