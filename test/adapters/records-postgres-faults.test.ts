// A PostgreSQL server that is stopped, killed and started again below open records.
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRecords } from '../../src/records/open-records.ts';
import { systemClock } from '../../src/util/clock.ts';
import { accept, LEASE, record, success } from '../contracts/records.ts';
import { postgresPrograms, query, startPostgres } from '../fakes/postgres.ts';

const missing =
  postgresPrograms() || process.env.REQUIRE_SERVICES === '1' ? null : 'PostgreSQL is not installed';

describe.skipIf(missing)(missing ?? 'on a server of its own', () => {
  it('says that it is away, and goes on when it is back, without what was promised being lost', async () => {
    const server = await startPostgres();
    const records = await openRecords({ url: server.url, clock: systemClock });
    onTestFinished(() => records.close());
    await accept(records, 'r1', 600);
    const away = { name: 'DatabaseUnavailableError', code: 'DATABASE_UNAVAILABLE' };
    let recorded = 0;
    for (const fault of [() => server.stop('fast'), () => server.stop('immediate'), server.kill]) {
      const images = await records.due.claimImages(200, LEASE);
      expect(images).toHaveLength(200);
      // In the middle of writing: each of these is either recorded or refused, and may then be tried again.
      const writing = Promise.allSettled(images.map((image) => record(records, image, success(image))));
      await fault();
      for (const outcome of await writing) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(away);
      }
      await expect(records.check()).rejects.toMatchObject(away);
      await expect(records.requests.get('r1')).rejects.toMatchObject(away);
      await server.start();
      await Promise.all(images.map((image) => record(records, image, success(image))));
      recorded += 200;
      expect(await records.requests.get('r1')).toMatchObject({ images_processed: recorded });
    }
    expect(await records.requests.claimFinishing(10, LEASE)).toEqual(['r1']);
  });

  it('reports a statement that waits too long for a lock as busy, and takes a cut connection for away', async () => {
    const server = await startPostgres();
    const records = await openRecords({ url: `${server.url}?lock_timeout=200`, clock: systemClock });
    onTestFinished(() => records.close());
    await accept(records, 'r1', 1);
    const holder = openHolder(server.url);
    await holder.ready;
    const busy = { code: 'DATABASE_UNAVAILABLE', reason: 'busy' };
    await expect(records.requests.cancel('r1')).rejects.toMatchObject(busy);
    // Claimed, and then the request could not be marked: nobody has the image, so it must not wait for its lease.
    await expect(records.due.claimImages(10, LEASE)).rejects.toMatchObject(busy);
    await holder.release();
    expect(await records.due.claimImages(10, LEASE)).toMatchObject([{ seq: 1, claim: 2, attempts: 0 }]);
    expect(await records.requests.cancel('r1')).toBe(true);
    await query(
      server.url,
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
    );
    // The pool drops what was cut; at most the statements on those connections fail.
    await expect
      .poll(() =>
        records.check().then(
          () => 'answers',
          () => 'away',
        ),
      )
      .toBe('answers');
    await expect(
      openRecords({ url: 'postgres://nobody@127.0.0.1:1/x', clock: systemClock }),
    ).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      reason: 'down',
    });
  });
});

/** A session that holds the row of every request. */
function openHolder(url: string) {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let ready = () => {};
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const held = holdRows(url, ready, released);
  return {
    ready: isReady,
    async release() {
      release();
      await held;
    },
  };
}

async function holdRows(url: string, ready: () => void, released: Promise<void>): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await client.query('select * from requests for update');
  ready();
  await released;
  await client.query('rollback');
  await client.end();
}
