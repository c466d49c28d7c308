// XMP (ISO 16684-1): the properties that say whose a picture is and whether an AI made it, read by name from any packet
// and written into a small one of our own. Nothing else of a packet passes: it may hold places, histories and names.

/** Property -> how RDF/XML writes it: plain text, a list of alternatives by language, or an ordered list. */
const PROPERTIES = {
  'dc:rights': 'Alt',
  'dc:creator': 'Seq',
  'photoshop:Credit': 'text',
  'xmpRights:Marked': 'text',
  'xmpRights:UsageTerms': 'Alt',
  'xmpRights:WebStatement': 'text',
  'Iptc4xmpExt:DigitalSourceType': 'text',
} as const;

const NAMESPACES = {
  dc: 'http://purl.org/dc/elements/1.1/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  xmpRights: 'http://ns.adobe.com/xap/1.0/rights/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
} as const;

export type XmpProperty = keyof typeof PROPERTIES;
/** Property -> its texts, unescaped: one, or several for a list. */
export type XmpCredits = Map<XmpProperty, string[]>;

/** Bytes of a packet that are looked at, texts of one property, and characters of one text. */
const MAX_PACKET = 256 * 1024;
const MAX_TEXTS = 16;
const MAX_TEXT = 2000;

/**
 * Finds the properties, written as attributes or as elements under their usual prefixes. Prefixes are free in XML, but
 * XMP writers do not use that; a packet that does is read as having no credits.
 */
export function readXmp(packet: Buffer): XmpCredits {
  const xml = packet.toString('utf8', 0, MAX_PACKET);
  const credits: XmpCredits = new Map();
  for (const property of Object.keys(PROPERTIES) as XmpProperty[]) {
    const texts = asAttribute(xml, property) ?? asElement(xml, property);
    const clean = texts?.map((text) => unescapeXml(text).trim().slice(0, MAX_TEXT)).filter(Boolean);
    if (clean?.length) credits.set(property, clean.slice(0, MAX_TEXTS));
  }
  return credits;
}

/** indexOf rather than a pattern: a stranger's packet must not make a search slow. */
function asAttribute(xml: string, property: string): string[] | null {
  const at = xml.indexOf(`${property}=`);
  if (at < 0) return null;
  const quote = xml[at + property.length + 1];
  if (quote !== '"' && quote !== "'") return null;
  const start = at + property.length + 2;
  const end = xml.indexOf(quote, start);
  return end < 0 ? null : [xml.slice(start, end)];
}

function asElement(xml: string, property: string): string[] | null {
  const open = xml.indexOf(`<${property}`);
  if (open < 0) return null;
  const start = xml.indexOf('>', open) + 1;
  const end = xml.indexOf(`</${property}>`, start);
  if (start === 0 || end < 0) return null;
  const inner = xml.slice(start, end);
  const items: string[] = [];
  for (let at = inner.indexOf('<rdf:li'); at >= 0 && items.length < MAX_TEXTS; ) {
    const from = inner.indexOf('>', at) + 1;
    const to = inner.indexOf('</rdf:li>', from);
    if (from === 0 || to < 0) break;
    items.push(inner.slice(from, to));
    at = inner.indexOf('<rdf:li', to);
  }
  if (items.length > 0) return items;
  return inner.includes('<') ? null : [inner];
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const ESCAPES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', '&': '&amp;' };

function unescapeXml(text: string): string {
  return text.replace(/&(?:(lt|gt|quot|apos|amp)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name, dec, hex) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? all;
    const code = dec ? Number.parseInt(dec, 10) : Number.parseInt(hex, 16);
    return code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** Control characters other than tab and newline may not stand in XML 1.0, not even escaped. */
function escapeXml(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f]/g, '').replace(/[<>"&]/g, (c) => ESCAPES[c] ?? c);
}

/** A whole packet, read-only form without padding. Null when there is nothing to say. */
export function writeXmp(credits: XmpCredits): Buffer | null {
  if (credits.size === 0) return null;
  const used = new Set([...credits.keys()].map((property) => property.split(':')[0]));
  const namespaces = Object.entries(NAMESPACES)
    .filter(([prefix]) => used.has(prefix))
    .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const elements = [...credits].map(
    ([property, texts]) => `<${property}>${value(PROPERTIES[property], texts)}</${property}>`,
  );
  return Buffer.from(
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      `<rdf:Description rdf:about=""${namespaces.join('')}>${elements.join('')}</rdf:Description>` +
      '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
  );
}

function value(kind: (typeof PROPERTIES)[XmpProperty], texts: string[]): string {
  if (kind === 'text') return escapeXml(texts[0] ?? '');
  const shown = kind === 'Alt' ? texts.slice(0, 1) : texts;
  const language = kind === 'Alt' ? ' xml:lang="x-default"' : '';
  return `<rdf:${kind}>${shown.map((text) => `<rdf:li${language}>${escapeXml(text)}</rdf:li>`).join('')}</rdf:${kind}>`;
}
