// The folder of `halve run`: whose results it has, what completes them, and that nothing else is ever written over.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { expect, it, onTestFinished } from 'vitest';
import { type Answer, type Handler, startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { BIN, startService } from './service.ts';

const ENV = { ...process.env, WORKERS: '1', LOG_LEVEL: 'error' };
const IMAGES = /^images\/(.*)$/;

/** Good pictures below /good, 404 elsewhere, and a folder for the files. */
async function setup(more: Record<string, Answer | Handler> = {}) {
  const body = await photoJpeg(64, 48);
  const origin = await startOrigin({
    '*': (request, response) => {
      if (request.url!.startsWith('/good')) response.end(body);
      else response.writeHead(404).end();
    },
    ...more,
  });
  onTestFinished(() => origin.close());
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  return {
    origin,
    url: (name: string) => `${origin.url}/${name}.jpg`,
    path,
    write: (name: string, text: string) => writeFileSync(path(name), text),
    read: (name: string) => readFileSync(path(name), 'utf8'),
    /** Every file below with the digest of its bytes, the state of the runs aside. */
    files: () =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
          .filter((name) => !/\/\.halve\/(?:halve\.|run\.lock|webhook)/.test(name))
          .map((name) => [
            name,
            createHash('sha256')
              .update(readFileSync(path(name)))
              .digest('hex'),
          ]),
      ),
    run: (...args: string[]) =>
      promisify(execFile)(process.execPath, [BIN, 'run', ...args], { env: ENV, cwd: folder }).then(
        ({ stderr }) => ({ code: 0, stderr }),
        ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
      ),
    /** Starts it in a group of its own, to be killed. */
    begin: (...args: string[]) => {
      const child = spawn(process.execPath, [BIN, 'run', ...args], {
        ...{ env: ENV, cwd: folder, stdio: 'ignore', detached: true },
      });
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      return {
        ended,
        interrupt: () => child.kill('SIGINT'),
        async kill() {
          process.kill(-child.pid!, 'SIGKILL');
          await ended;
        },
      };
    },
  };
}

const HEADER = 'S. No.,Product Name,Input Image Urls';
const refusedIn = (stderr: string) => stderr.replace(/^halve: /, '').trimEnd();

it('the mended failed file completes the folder in place: all rows, positions, copies; twice', async () => {
  const { origin, url, path, write, read, run, files } = await setup();
  const rows = [
    `1,Mug,"${url('good1')}, ${url('bad1')}, ${url('bad2')}"`,
    `2,Lamp,${url('good2')}`,
    `3,Cup,"${url('bad2')}, ${url('bad3')}"`,
    `4,"Big ""cat""",${url('bad1')}`,
  ];
  write('products.csv', `${HEADER}\r\n${rows.join('\r\n')}\r\n`);
  expect((await run('products.csv', '--out', 'r')).code).toBe(2);
  expect(readdirSync(path('r')).sort()).toEqual(
    ['.halve', 'failed.csv', 'images', 'import.csv', 'output.csv', 'report.csv'].sort(),
  );
  const E = 'http_404: the server answered 404';
  expect(read('r/failed.csv')).toBe(
    `${HEADER},Error\r\n1,Mug,"${url('bad1')}, ${url('bad2')}",${E}; ${E}\r\n` +
      `3,Cup,"${url('bad2')}, ${url('bad3')}",${E}; ${E}\r\n4,"Big ""cat""",${url('bad1')},${E}\r\n`,
  );

  // Saved by another program: other line ends, quotes and order; the row of Cup was left out. bad1 of the first row becomes
  // good3, its bad2 stays; in the last row the URL becomes one that is there already.
  const mended = `${HEADER},Error\n"4","Big ""cat""",${url('good2')},\n1,Mug,"${url('bad2')},${url('good3')}",x\n`;
  write('r/failed.csv', mended);
  const asked = origin.requests.length;
  const second = await run('r/failed.csv', '--out', 'r');
  expect(second).toMatchObject({ code: 2 });
  expect(second.stderr).toContain(
    'failed.csv completes the results of products.csv: 4 images to be tried again, 2 URLs mended\n',
  );
  expect(second.stderr).toContain('4 of 7 images processed, 3 failed;');
  // The good ones are not fetched again, and a URL that is in several places once.
  expect(
    origin.requests
      .slice(asked)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['/bad2.jpg', '/bad3.jpg', '/good3.jpg']);
  expect(read('r/failed.csv')).toBe(mended);
  expect(read('r/failed-2.csv')).toBe(
    `${HEADER},Error\r\n1,Mug,${url('bad2')},${E}\r\n3,Cup,"${url('bad2')}, ${url('bad3')}",${E}; ${E}\r\n`,
  );
  const at = (name: string) => `images/${name}.jpg`;
  const output = (mug: string, cup: string) =>
    [
      `${HEADER},Output Image Urls`,
      `${rows[0]},"${mug}"`,
      `${rows[1]},${at('2-1-good2')}`,
      `${rows[2]},"${cup}"`,
      `${rows[3]},${at('2-1-good2')}`,
    ].join('\r\n');
  expect(read('r/output.csv')).toBe(`${output(`${at('1-1-good1')},${at('1-2-good3')},`, ',')}\r\n`);
  expect(read('r/import.csv')).toBe(
    `${HEADER}\r\n1,Mug,"${at('1-1-good1')}, ${at('1-2-good3')}, ${url('bad2')}"\r\n2,Lamp,${at('2-1-good2')}\r\n` +
      `${rows[2]}\r\n4,"Big ""cat""",${at('2-1-good2')}\r\n`,
  );
  expect(reported(read('r/report.csv'))).toEqual([
    ['1', '1', url('good1'), at('1-1-good1')],
    ['1', '2', url('good3'), at('1-2-good3')],
    ['1', '3', url('bad2'), ''],
    ['2', '1', url('good2'), at('2-1-good2')],
    ['3', '1', url('bad2'), ''],
    ['3', '2', url('bad3'), ''],
    ['4', '1', url('good2'), at('2-1-good2')],
  ]);

  // The second round: a mended URL that still fails is in the third failed file as it was mended; then nothing fails.
  write('r/failed-2.csv', read('r/failed-2.csv').replace(url('bad3'), url('bad4')));
  expect((await run('r/failed-2.csv', '--out', 'r')).code).toBe(2);
  expect(read('r/failed-3.csv')).toContain(`3,Cup,"${url('bad2')}, ${url('bad4')}",${E}; ${E}\r\n`);
  write('last.csv', read('r/failed-3.csv').replaceAll(/bad(\d)/g, 'good$1'));
  expect((await run('last.csv', '--out', 'r')).code).toBe(0);
  expect(read('r/output.csv')).toBe(
    `${output(`${at('1-1-good1')},${at('1-2-good3')},${at('1-3-good2')}`, `${at('1-3-good2')},${at('3-2-good4')}`).replaceAll(at('1-3-good2'), at('2-1-good2'))}\r\n`,
  );
  // What was mended in the folder stays, what halve had written goes; of the state the note alone is left.
  expect(
    Object.keys(files())
      .filter((name) => /failed|\.halve/.test(name))
      .sort(),
  ).toEqual(['r/failed-2.csv', 'r/failed.csv', 'r/.halve/run.json'].sort());
  expect(readdirSync(path('r/.halve'))).toEqual(['run.json']);
  expect(refusedIn((await run('last.csv', '--out', 'r')).stderr)).toBe(
    'r has the results of products.csv; give another --out',
  );
});

/** row, position, input_url, output_url of each line. */
function reported(report: string): string[][] {
  return (parse(report, { columns: true }) as Record<string, string>[]).map(
    ({ row, position, input_url, output_url }) => [row!, position!, input_url!, output_url!],
  );
}

it('the failed file as it is tries again; a mended copy lets it be written over and removed', async () => {
  const { url, write, read, run, path, files } = await setup();
  write('p.tsv', `sku\tname\timage\n1\tMug\t${url('bad1')}\n2\tCup\t${url('bad2')}\n3\tPen\t\n`);
  expect((await run('p.tsv', '--out', 'r')).code).toBe(2);
  const results = () => readdirSync(path('r')).filter((name) => !name.startsWith('.'));
  // All of it failed, and every file is there nevertheless.
  expect(results()).toEqual(['failed.tsv', 'import.tsv', 'output.tsv', 'report.csv']);
  expect(read('r/output.tsv')).toBe(
    `sku\tname\timage\tOutput Image Urls\n1\tMug\t${url('bad1')}\t\n2\tCup\t${url('bad2')}\t\n3\tPen\t\n`,
  );
  expect(read('r/import.tsv')).toBe(read('p.tsv'));
  const failed = read('r/failed.tsv');
  expect((await run('r/failed.tsv', '--out', 'r')).code).toBe(2);
  expect([read('r/failed.tsv'), read('r/failed-2.tsv')]).toEqual([failed, failed]);
  // Neither is the input now, and both are as halve wrote them.
  write('copy.tsv', failed.replace('bad1', 'good1'));
  expect((await run('copy.tsv', '--out', 'r')).code).toBe(2);
  expect(results()).toEqual(['failed.tsv', 'images', 'import.tsv', 'output.tsv', 'report.csv']);
  expect(read('r/failed.tsv')).toBe(failed.split('\n').toSpliced(1, 1).join('\n'));
  write('copy.tsv', read('r/failed.tsv').replace('bad2', 'good2'));
  expect((await run('copy.tsv', '--out', 'r')).code).toBe(0);
  expect(results()).toEqual(['images', 'import.tsv', 'output.tsv', 'report.csv']);
  expect(Object.keys(files()).filter((name) => IMAGES.test(name.slice(2)))).toHaveLength(2);
});

it('refuses in one line what is no mended failed file of the folder, and changes nothing', async () => {
  const { url, write, read, run, files } = await setup();
  const same = [1, 2].map((n) => `7,Twin,${url(`bad${n}`)}`).join('\n');
  write('p.csv', `${HEADER}\n1,Mug,"${url('good1')},${url('bad1')}"\n${same}\n2,Lamp,${url('good2')}\n`);
  write('other.csv', `${HEADER}\n1,Pen,${url('good3')}\n`);
  expect((await run('p.csv', '--out', 'r')).code).toBe(2);
  const failed = read('r/failed.csv');
  const [header, mug, twin, other] = failed.split('\n') as [string, string, string, string];
  const before = files();
  const refused = async (text: string, ...args: string[]) => {
    write('mended.csv', text);
    const { code, stderr } = await run('mended.csv', '--out', 'r', ...args);
    const { 'mended.csv': _, ...after } = files();
    expect([code, after]).toEqual([1, before]);
    return refusedIn(stderr);
  };
  const anotherOut = 'r has the results of p.csv; give another --out';
  expect(refusedIn((await run('other.csv', '--out', 'r')).stderr)).toBe(anotherOut);
  expect(refusedIn((await run('r/output.csv', '--out', 'r')).stderr)).toBe(
    'r/output.csv lies where output.csv would be written; give another --out',
  );
  expect(await refused(failed.replace('Product Name', 'Name'))).toBe(anotherOut);
  expect(await refused(failed.replaceAll(/,[^,"]*$/gm, ''))).toBe(anotherOut);
  const none =
    'this row is none of those that failed; only the URLs may be mended, every other cell stays as it was';
  expect(await refused([header, mug, twin, other.replace('Twin', 'Win')].join('\n'))).toBe(`line 4: ${none}`);
  expect(await refused([header, mug, twin, other, other].join('\n'))).toBe(`line 5: ${none}`);
  expect(await refused([header, `2,Lamp,${url('good2')},`, mug].join('\n'))).toBe(`line 2: ${none}`);
  expect(await refused([header, mug, twin].join('\n'))).toBe(
    'line 3: more rows that read like this one have failed; put the missing ones back',
  );
  expect(
    await refused([header, mug.replace(url('bad1'), `"${url('good3')} ${url('good4')}"`)].join('\n')),
  ).toBe('line 2: there are 2 URLs where 1 had failed; one failed URL may become one other');
  expect(await refused(failed, '--quality', '30')).toBe(
    'r was made with another --quality: leave it out, and the rest is made alike',
  );
  expect(await refused(failed, '--public-url', 'https://cdn.example')).toBe(
    'r was made with another --public-url: leave it out, and the rest is made alike',
  );
  expect(await refused(`${header}\n1,Mug,"${url('bad1')}\n`)).toMatch(
    /^The mended file cannot be read\.\n {2}line 2: /,
  );
  // As it is, it completes nevertheless.
  expect((await run('r/failed.csv', '--out', 'r', '--quality', '50')).code).toBe(2);
});

it.each(['output.csv', 'import.csv', 'report.csv', 'failed.csv', 'images'])(
  'refuses a folder with %s of somebody else, and leaves it as it was',
  async (name) => {
    const { url, write, path, run, files } = await setup();
    write('products.csv', `${HEADER}\n1,Mug,${url('good1')}\n`);
    if (name === 'images') mkdirSync(path('images'));
    else write(name, 'mine');
    const before = files();
    const { code, stderr } = await run('products.csv', '--out', '.');
    expect([code, refusedIn(stderr)]).toEqual([
      1,
      `${name} is there already, and from no run into .; give another --out`,
    ]);
    expect(files()).toEqual(before);
    expect(readdirSync(path('.')).filter((entry) => entry.startsWith('.'))).toEqual([]);
  },
);

it('leaves no trace of a refusal, and says every problem, the columns and the options that settle it', async () => {
  const { url, path, write, run } = await setup();
  write('report.csv', `${HEADER}\n1,Mug,${url('good1')}\n`);
  expect(refusedIn((await run('report.csv', '--out', '.')).stderr)).toBe(
    'report.csv lies where report.csv would be written; give another --out',
  );
  write('bad.csv', `${HEADER}\n1,,${url('a')}\n2,Lamp,nothing\n`);
  const { code, stderr } = await run('bad.csv', '--out', 'a/b/c');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^halve: The file has 2 problems\.\n {2}line 2: .*\n {2}line 3: .*\n$/);
  write(
    'two.csv',
    'Titel,Link,Shop\nMug,https://a.example/x1,https://b.example/y1\nCup,https://a.example/x2,https://b.example/y2\n',
  );
  const asked = await run('two.csv', '--out', 'a/b/c');
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain('--url-column=Link or --url-column=Shop');
  expect(asked.stderr).toContain(`  --url-column '#2' is "Link", 2 URLs such as https://a.example/x1`);
  expect(existsSync(path('a'))).toBe(false);
  expect(readdirSync(path('.')).sort()).toEqual(['bad.csv', 'report.csv', 'two.csv']);
  expect((await run('two.csv', '--out', 'a', '--url-colum', 'Link')).stderr).toBe(
    "error: unknown option '--url-colum'\n(Did you mean --url-column?)\n",
  );
  expect((await run('.', '--out', 'a')).stderr).toContain('. is no file');
});

it('says what was recognised before it starts', async () => {
  const { url, write, read, run } = await setup();
  write('p.txt', `Titel;Foto;Plan\nMug;${url('good1')};${url('good2')}\nCup;see page 7;\nPen;;\n`);
  const { code, stderr } = await run('p.txt', '--out', 'r', '--url-column', 'Foto', '--url-column', '#3');
  expect(code).toBe(2);
  expect(stderr.split('\n').slice(0, 4)).toEqual([
    'p.txt: recognised by the columns that were named',
    '  pictures in "Foto", "Plan", names in "Titel"',
    '  header in row 1, 3 rows with 3 images, 1 without a picture pass through as they are',
    '  warning invalid_url, 1 time, first in line 3: "see page 7" is no http(s) URL',
  ]);
  expect(read('r/output.txt').split('\n')[0]).toBe(
    'Titel;Foto;Plan;Output Image Urls (Foto);Output Image Urls (Plan)',
  );
  write(
    'feed.csv',
    `Handle,Title,Body (HTML),Vendor,Variant SKU,Image Src,Image Position\nmug,Mug,,,1,${url('good1')},1\n`,
  );
  expect((await run('feed.csv', '--out', 'f')).stderr).toMatch(
    /^feed\.csv: recognised as Shopify product export/,
  );
});

it('the same input makes its results anew; with other options and after all was good too', async () => {
  const { origin, url, path, write, read, run } = await setup();
  write('p.csv', `${HEADER}\n1,Mug,"${url('good1')},${url('bad1')}"\n`);
  expect((await run('p.csv', '--out', 'r')).code).toBe(2);
  expect((await run('p.csv', '--out', 'r', '--quality', '30')).code).toBe(2);
  expect(origin.hits('/good1.jpg')).toBe(2);
  expect(parse(read('r/report.csv'), { columns: true })[0]).toMatchObject({ quality: '30' });
  // Refused, it loses nothing: the failed file still completes what was there.
  expect((await run('p.csv', '--out', 'r', '--url-column', 'none')).code).toBe(1);
  write('mended.csv', read('r/failed.csv').replace('bad1', 'good2'));
  expect((await run('mended.csv', '--out', 'r')).code).toBe(0);
  expect(parse(read('r/report.csv'), { columns: true })[1]).toMatchObject({ quality: '30' });
  copyFileSync(path('p.csv'), path('r/output.csv'));
  expect(refusedIn((await run('r/output.csv', '--out', 'r')).stderr)).toContain('lies where output.csv');
  expect((await run('p.csv', '--out', 'r')).code).toBe(2);
  expect(read('r/output.csv')).toContain(',Output Image Urls\n');
});

it.each(['kill', 'interrupt'] as const)(
  'goes on after a %s in the middle of completing, and loses nothing of what was there',
  async (how) => {
    const held: { release?: () => void } = {};
    const { origin, url, path, write, read, run, begin, files } = await setup({
      '/slow.jpg': async (_request, response, hit) => {
        if (hit === 1) await new Promise<void>((resolve) => (held.release = resolve));
        response.end(await photoJpeg(64, 48));
      },
    });
    write('p.csv', `${HEADER}\n1,Mug,"${url('good1')},${url('bad1')}"\n2,Cup,${url('bad2')}\n`);
    write('other.csv', `${HEADER}\n1,Pen,${url('good3')}\n`);
    expect((await run('p.csv', '--out', 'r')).code).toBe(2);
    const results = () =>
      Object.fromEntries(
        Object.entries(files()).filter(([name]) => /^r\/(?:output|import|report|images)/.test(name)),
      );
    const before = results();
    write('r/failed.csv', read('r/failed.csv').replace('bad1', 'slow').replace('bad2', 'good2'));
    const mended = read('r/failed.csv');
    const first = begin('r/failed.csv', '--out', 'r');
    await expect
      .poll(() => held.release !== undefined && existsSync(path('r/images/2-1-good2.jpg')), {
        timeout: 30_000,
      })
      .toBe(true);
    expect(results()).toMatchObject(before);
    expect((await run('r/failed.csv', '--out', 'r')).stderr).toContain('another halve is running');
    if (how === 'kill') await first.kill();
    else {
      // What is held is waited for as long as a stop lasts, then given up.
      first.interrupt();
      expect(await first.ended).toBe(1);
    }
    expect(results()).toMatchObject(before);
    expect(refusedIn((await run('other.csv', '--out', 'r')).stderr)).toBe(
      'the run of p.csv into r is not finished: run that again first, or give another --out',
    );
    expect((await run('r/failed.csv', '--out', 'r')).code).toBe(0);
    held.release!();
    expect(read('r/failed.csv')).toBe(mended);
    expect(origin.hits('/good1.jpg')).toBe(1);
    expect(read('r/output.csv')).toBe(
      `${HEADER},Output Image Urls\n1,Mug,"${url('good1')},${url('bad1')}","images/1-1-good1.jpg,images/1-2-slow.jpg"\n` +
        `2,Cup,${url('bad2')},images/2-1-good2.jpg\n`,
    );
    expect(readdirSync(path('r')).sort()).toEqual(
      ['.halve', 'failed.csv', 'images', 'import.csv', 'output.csv', 'report.csv'].sort(),
    );
  },
);

it('a failed file carries how its columns were named, over two rounds, by the API and by `halve run`', async () => {
  const { url, write, read, run } = await setup();
  const csv = `Kennung,Link,Quelle\nMug,${url('bad1')},${url('good9')}\nCup,${url('bad2')},${url('good9')}\n`;
  const header = 'Kennung,Link,Quelle,Error [url_column=Link&name_column=Kennung]';
  const E = 'http_404: the server answered 404';
  const mug = `Mug,${url('bad1')},${url('good9')},${E}\n`;
  const cup = `Cup,${url('bad2')},${url('good9')},${E}\n`;

  write('p.csv', csv);
  expect((await run('p.csv', '--out', 'a', '--url-column', 'Link', '--name-column', 'Kennung')).code).toBe(2);
  expect(read('a/failed.csv')).toBe(`${header}\n${mug}${cup}`);
  write('second.csv', read('a/failed.csv').replace('bad1', 'good1'));
  expect((await run('second.csv', '--out', 'b')).code).toBe(2);
  expect(read('b/failed.csv')).toBe(`${header}\n${cup}`);
  expect(read('b/output.csv').split('\n')[0]).toBe(`${header},Output Image Urls`);
  expect((await run('b/failed.csv', '--out', 'c')).code).toBe(2);
  expect(read('c/failed.csv')).toBe(read('b/failed.csv'));
  // In place as well, of a folder whose input was a failed file.
  write('third.csv', read('b/failed.csv').replace('bad2', 'good2'));
  expect((await run('third.csv', '--out', 'b')).code).toBe(0);
  expect(read('b/output.csv').split('\n')[2]).toBe(cup.replace('\n', ',images/2-1-good2.jpg'));

  const service = await startService();
  const rounds: string[] = [];
  for (let file = csv; rounds.length < 3; ) {
    const fields: Record<string, string> =
      rounds.length === 0 ? { url_column: 'Link', name_column: 'Kennung' } : {};
    const id = await service.upload(file, fields);
    await service.ended(id);
    rounds.push(String(await service.file('failed', id)));
    file = rounds.at(-1)!.replace('bad1', 'good1');
  }
  expect(rounds).toEqual([`${header}\n${mug}${cup}`, `${header}\n${cup}`, `${header}\n${cup}`]);
  expect(await service.stop()).toBe(0);
});

it('ends quietly when nobody reads what it says', async () => {
  const child = spawn(
    'sh',
    ['-c', `"${process.execPath}" "${BIN}" doctor --data-dir "${tempFolder()}" | true`],
    {
      env: ENV,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  await new Promise((resolve) => child.once('close', resolve));
  expect(errors.join('')).toBe('');
});
