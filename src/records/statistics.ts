// Questions about all images of a request at once: why they failed, what was saved where, which saved least. Read in
// pages of the file's order, so that a request of a million images keeps nobody else from the database.
import { type RawBuilder, sql } from 'kysely';
import { bound } from '../util/bound.ts';
import type { Connection } from './connection/connect.ts';

export interface FailureCount {
  code: string;
  /** Images, copies counted. */
  images: number;
}

/** Images that have one thing in common. Bytes are those of the processed ones, copies counted. */
export interface Share {
  images: number;
  failed: number;
  bytes_in: number;
  bytes_out: number;
}

export interface Savings {
  /** By the host in the input URL, the one with the most images first. */
  hosts: ({ host: string } & Share)[];
  /** By the format that was delivered. */
  formats: ({ format: string } & Share)[];
  /** How many images saved 0-10 %, 10-20 % … 90-100 % of their bytes. */
  tenths: number[];
  /** Images that are delivered as they came, or heavier. */
  unchanged: number;
}

/** Images of one page: an aggregate over so many takes some 30 ms. */
const PAGE = 10_000;
const HOSTS_LISTED = 100;

/** Every character of a host, its port and a login before it, so that what is left of a URL without them is its path. */
const AUTHORITY = `abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~:@[]%!$&'()*+,;=äöüßéèêàáâåæøœçñóòôíìîúùûÄÖÜÉ`;

export function createStatistics(connection: Connection) {
  return bound(connection, { failures, failedSeqs, leastSaved, savings });
}

/** The pages of a request: `(from, to]` of the running number. */
async function* pages(total: number): AsyncGenerator<{ from: number; to: number }> {
  for (let from = 0; from < total; from += PAGE) {
    yield { from, to: from + PAGE };
    // The database answers at once; without this nobody else would be answered until the last page.
    await new Promise(setImmediate);
  }
}

/** The failed images by code, the most frequent first. */
async function failures({ db }: Connection, requestId: string, total: number): Promise<FailureCount[]> {
  const counts = new Map<string, number>();
  for await (const { from, to } of pages(total)) {
    const { rows } = await sql<{ code: string; images: number }>`
      select code, count(*) as images from (
        select error_code as code from images
          where request_id = ${requestId} and status = 'failed' and seq > ${from} and seq <= ${to}
        union all
        select result.error_code from images as copy
          join images as result on result.request_id = copy.request_id and result.seq = copy.copy_of
          where copy.request_id = ${requestId} and copy.copy_of is not null and result.status = 'failed'
            and copy.seq > ${from} and copy.seq <= ${to}
      ) as failed group by code`.execute(db);
    for (const { code, images } of rows) counts.set(code, (counts.get(code) ?? 0) + images);
  }
  return [...counts]
    .map(([code, images]) => ({ code, images }))
    .sort((one, other) => other.images - one.images || one.code.localeCompare(other.code));
}

/** The running numbers of failed images behind `cursor`, of one code if one is named. */
async function failedSeqs(
  { db }: Connection,
  requestId: string,
  { cursor, limit, code }: { cursor: number; limit: number; code?: string | undefined },
): Promise<number[]> {
  const ofCode = code === undefined ? sql`` : sql`and result.error_code = ${code}`;
  const read = async (query: RawBuilder<{ seq: number }>) => (await query.execute(db)).rows;
  const [own, copies] = [
    await read(sql`select result.seq from images as result
      where result.request_id = ${requestId} and result.status = 'failed' ${ofCode} and result.seq > ${cursor}
      order by result.seq limit ${limit}`),
    await read(sql`select copy.seq from images as copy
      join images as result on result.request_id = copy.request_id and result.seq = copy.copy_of
      where copy.request_id = ${requestId} and copy.copy_of is not null and result.status = 'failed' ${ofCode}
        and copy.seq > ${cursor}
      order by copy.seq limit ${limit}`),
  ];
  return [...own, ...copies]
    .map(({ seq }) => seq)
    .sort((one, other) => one - other)
    .slice(0, limit);
}

/** The running numbers of the processed images that saved least, the least first. */
async function leastSaved(
  { db }: Connection,
  requestId: string,
  { total, limit }: { total: number; limit: number },
): Promise<number[]> {
  let worst: { seq: number; millionths: number }[] = [];
  for await (const { from, to } of pages(total)) {
    const { rows } = await sql<{ seq: number; millionths: number }>`
      select image.seq, result.bytes_out * 1000000 / result.bytes_in as millionths
      from images as image ${withResult}
      where image.request_id = ${requestId} and image.seq > ${from} and image.seq <= ${to}
        and result.status = 'processed' and result.bytes_in > 0
      order by millionths desc, image.seq limit ${limit}`.execute(db);
    worst = [...worst, ...rows]
      .sort((one, other) => other.millionths - one.millionths || one.seq - other.seq)
      .slice(0, limit);
  }
  return worst.map(({ seq }) => seq);
}

async function savings({ db }: Connection, requestId: string, total: number): Promise<Savings> {
  const hosts = new Map<string, Share>();
  const formats = new Map<string, Share>();
  const tenths: number[] = Array.from({ length: 10 }, () => 0);
  let unchanged = 0;
  for await (const { from, to } of pages(total)) {
    const { rows } = await sql<SavingsRow>`
      select host, status, format, tenth, count(*) as images, sum(bytes_in) as bytes_in,
        sum(bytes_out) as bytes_out, min(input_url) as example
      from (
        select ${hostOf} as host, result.status, result.format, result.bytes_in, result.bytes_out, image.input_url,
          case when result.bytes_out >= result.bytes_in or result.kept_original = 1 then -1
            else (result.bytes_in - result.bytes_out) * 10 / result.bytes_in end as tenth
        from images as image ${withResult}
        where image.request_id = ${requestId} and image.seq > ${from} and image.seq <= ${to}
      ) as each_image
      group by host, status, format, tenth`.execute(db);
    for (const row of rows) {
      const { images } = row;
      const share = {
        images,
        failed: row.status === 'failed' ? images : 0,
        bytes_in: row.bytes_in ?? 0,
        bytes_out: row.bytes_out ?? 0,
      };
      add(hosts, hostName(row.example), share);
      if (row.status !== 'processed') continue;
      add(formats, row.format ?? '', share);
      const tenth = row.tenth ?? 0;
      if (tenth < 0) unchanged += images;
      else tenths[Math.min(tenth, 9)]! += images;
    }
  }
  return {
    hosts: largestFirst(hosts, 'host').slice(0, HOSTS_LISTED),
    formats: largestFirst(formats, 'format'),
    tenths,
    unchanged,
  };
}

interface SavingsRow {
  host: string;
  status: string;
  format: string | null;
  tenth: number | null;
  images: number;
  bytes_in: number | null;
  bytes_out: number | null;
  example: string;
}

/** A copy has the result of what it is a copy of. */
const withResult = sql`join images as result
  on result.request_id = image.request_id and result.seq = coalesce(image.copy_of, image.seq)`;

const afterScheme = sql`substr(image.input_url, case when substr(image.input_url, 5, 1) in ('s', 'S') then 9 else 8 end)`;

/** What both databases can say of a URL's host: the text before the first character that no host has. */
const hostOf = sql`substr(${afterScheme}, 1, length(${afterScheme}) - length(ltrim(${afterScheme}, ${sql.lit(AUTHORITY)})))`;

/** Without a login that the URL may have, and as hosts compare. */
function hostName(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

function add(shares: Map<string, Share>, name: string, { images, failed, bytes_in, bytes_out }: Share): void {
  const sum = shares.get(name);
  if (!sum) {
    shares.set(name, { images, failed, bytes_in, bytes_out });
    return;
  }
  sum.images += images;
  sum.failed += failed;
  sum.bytes_in += bytes_in;
  sum.bytes_out += bytes_out;
}

function largestFirst<Name extends string>(shares: Map<string, Share>, name: Name) {
  return [...shares]
    .map(([value, share]) => ({ [name]: value, ...share }) as Record<Name, string> & Share)
    .sort((one, other) => other.images - one.images);
}
