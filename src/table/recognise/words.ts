// What a header says in the languages of catalogues: a picture, a page, another file, a product's name. One table of words each.

/** `page` also stands for words that say no more than that an address is meant: url, link. */
export type HeaderKind = 'picture' | 'page' | 'other' | 'none';

/** Without case, accents and the joints of camelCase: `ProductImageURL2` is `product image url 2`. */
function words(header: string): string {
  return fold(
    header
      .slice(0, LONGEST)
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2'),
  )
    .replace(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu, ' ')
    .trim();
}

/** No name of a column is longer; what is, is read as far as this. */
const LONGEST = 200;

/** Compatibility forms joined (full width), accents off, lower case. */
function fold(text: string): string {
  const start = text.slice(0, LONGEST);
  return (
    /^[\x20-\x7e]*$/.test(start) ? start : start.normalize('NFKD').replace(/\p{M}/gu, '')
  ).toLowerCase();
}

/** A header without case, spaces, punctuation, accents and BOM. `#` alone stays. */
export const plain = (header: string): string =>
  fold(header).replace(/[^\p{L}\p{N}]/gu, '') || header.slice(0, LONGEST).replaceAll('\ufeff', '').trim();

/** Parts that may stand anywhere in a word (`Produktbild`, `商品画像`), and words that must stand alone or end one. */
interface Vocabulary {
  parts: RegExp;
  tokens: ReadonlySet<string>;
  ends: RegExp | null;
}

function vocabulary(parts: string, tokens = '', ends = ''): Vocabulary {
  const listed = (list: string) => list.split(/\s+/).filter(Boolean).map(fold);
  return {
    parts: new RegExp(listed(parts).join('|')),
    tokens: new Set(listed(tokens)),
    ends: ends === '' ? null : new RegExp(`(?:${listed(ends).join('|')})(?: |$)`),
  };
}

const PICTURE = vocabulary(
  `image imagen imagem imágen immagin picture photo foto fotograf bild afbeelding zdjęc obraz obráz billede bilde
   thumbnail gallery galerie galeria visuel packshot swatch resim görsel slika slike gambar nuotrauk attēl
   фото изображ картинк зображ снимк εικον φωτο 画像 写真 图片 圖片 图像 圖像 照片 主图 主圖 사진 이미지 صور تصوير تصویر عکس תמונ
   รูป ภาพ चित्र छवि`,
  'img imgs pic pics thumb thumbs kép képek ảnh kuva kuvat pilt pildid',
  'kuva kuvat kép',
);

const PAGE = vocabulary(
  `permalink webseite website homepage hyperlink enlace collegament vinculo bağlantı sayfa odkaz länk lenke strona
   ссылк страниц посилан сайт リンク ページ 链接 連結 鏈接 网址 網址 링크 주소 페이지 رابط صفحة לינק קישור ลิงก์ लिंक`,
  `link links linkki url urls uri page pages web site sites seite seiten lien liens liga página pagina páginas adres
   adresse address handle slug href sivu domain shop landing`,
  'link links url urls seite page lien site',
);

const OTHER = vocabulary(
  `video vídeo youtube vimeo datenblatt datasheet datenblätter manual anleitung handbuch document dokument brochure
   broschüre certificat zertifikat certificate видео 動画 视频 視頻 동영상 فيديو`,
  'pdf msds sds doc file files datei fichier archivo manuel',
);

export function kindOf(header: string): HeaderKind {
  const text = words(header);
  if (text === '') return 'none';
  if (says(text, PICTURE)) return 'picture';
  if (says(text, OTHER)) return 'other';
  return says(text, PAGE) ? 'page' : 'none';
}

function says(text: string, { parts, tokens, ends }: Vocabulary): boolean {
  return (
    parts.test(text) || (ends?.test(text) ?? false) || text.split(' ').some((token) => tokens.has(token))
  );
}

/** What a name column is called and no other, the most telling first. As `plain` leaves them. */
const NAMES: readonly string[] =
  `productname producttitle itemname itemtitle name title producttitel produkttitel
  artikelbezeichnung produktbezeichnung artikelname produktname bezeichnung titel
  nomduproduit nomproduit nomdelarticle libelle designation nom titre
  nombredelproducto nombreproducto nombredelarticulo nombre titulo denominacion
  nomedoproduto nomeproduto nomedoartigo nomeprodotto nomedelprodotto nomearticolo nome titolo denominazione
  productnaam artikelnaam naam nazwaproduktu nazwa tytul nazevproduktu nazev nazovproduktu nazov termeknev megnevezes
  denumireprodus denumire tuotenimi nimi produktnamn artikelnamn namn benamning produktnavn varenavn navn
  urunadi urunismi baslik namaproduk tensanpham
  названиетовара наименованиетовара название наименование назва назватовару наименование
  商品名 商品名称 商品名稱 商品タイトル 品名 产品名称 產品名稱 名称 名稱 标题 標題 제품명 상품명 상품이름
  اسمالمنتج اسمالصنف الاسم اسم العنوان نامکالا نام שםהמוצר שם ชื่อสินค้า ονομαπροιοντος ονομα नाम
  product item article artikel articulo produkt producto produto prodotto produit товар`
    .split(/\s+/)
    .map(plain);

const RANK = new Map(NAMES.map((name, rank) => [name, rank] as const).reverse());

const NAME_PARTS =
  /(?:^| )(?:name|title|titel|bezeichnung|nom|nombre|nome|naam|nazwa|название|наименование)(?: |$)/;
const NOT_A_PRODUCT =
  /(?:^| )(?:option\w*|variant\w*|brand|vendor|supplier|manufacturer|maker|category|collection|file|image|seo|meta|page|attribute|custom|user|customer|contact|company|store|shop|value|first|last|colou?r|size|group|parent|type|tax|marke|hersteller|lieferant|kategorie|marque|marca|categor\w+)(?: |$)/;

/** What suppliers often call a product's name where no column is called so; elsewhere it is a long text. */
const DESCRIPTIONS =
  /(?:^| )(?:description|descripcion|descrizione|descricao|omschrijving|beschreibung|opis|popis|описание|описания|beskrivning|beskrivelse|kuvaus|leiras|descriere)(?: |$)/;

/** The rank of a description: a name only where there is none better. */
export const DESCRIPTION_RANK = NAMES.length + 1;

/** How well a header says that a product's name stands below it: 0 is best; null when it does not. */
export function nameRank(header: string): number | null {
  const exact = RANK.get(plain(header));
  if (exact !== undefined) return exact;
  const text = words(header);
  if (NOT_A_PRODUCT.test(text)) return null;
  if (NAME_PARTS.test(text)) return NAMES.length;
  return DESCRIPTIONS.test(text) ? DESCRIPTION_RANK : null;
}

/** What numbered siblings share: `Image 1` and `Image 2`, `image_url_1`, and `Image` itself. */
export const stemOf = (header: string): string => words(header).replace(/ ?\p{N}+/gu, '');
