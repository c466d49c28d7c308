// Who may call, and whose request it is: the guards in front of every route, without sockets and without a database.
import { describe, expect, it } from 'vitest';
import type { HttpContext } from '../../src/http/context.ts';
import { findRequest, guardRequests, ownersFor, requestOf } from '../../src/http/guards/access.ts';
import { callerOf, requireKeys, requireLocalCaller } from '../../src/http/guards/auth.ts';
import { createLinks } from '../../src/util/links.ts';
import { parseApiKeys } from '../../src/util/parse-settings.ts';
import { answerOf, guardedApp } from '../fakes/guarded-app.ts';

const SHOP = '0123456789abcdef-shop';
const OTHER = 'fedcba9876543210:other';
const KEYS = parseApiKeys(`shop:${SHOP},other:${OTHER}`);
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('with keys', () => {
  function keyed() {
    const app = guardedApp();
    requireKeys(app, KEYS);
    app.get('/healthz', { schema: { security: [] } }, async () => 'open');
    app.get('/plain', { schema: {} }, async () => 'closed');
    app.get('/picky', { schema: { security: [{ key: [] }] } }, async () => 'closed');
    app.get('/*', async (request) => callerOf(request));
    return (url: string, authorization?: string) =>
      app.inject({ url, headers: authorization === undefined ? {} : { authorization } });
  }

  it.each([
    [`Bearer ${SHOP}`, 'shop'],
    [`bearer   ${SHOP}`, 'shop'],
    [` BEARER ${OTHER} `, 'other'],
  ])('%j is the key', async (authorization, name) => {
    const response = await keyed()('/status/1', authorization);
    expect([response.statusCode, response.body]).toEqual([200, name]);
  });

  it.each([
    undefined,
    '',
    SHOP,
    'Bearer',
    'Bearer ',
    `Bearer ${SHOP}x`,
    `Bearer ${SHOP.slice(0, -1)}`,
    `Bearer shop:${SHOP}`,
    `xBearer ${SHOP}`,
    `Bearerx ${SHOP}`,
    `Basic ${SHOP}`,
    basic(`shop:${SHOP}`),
  ])('%j is none', async (authorization) => {
    const response = await keyed()('/status/1', authorization);
    expect([answerOf(response), response.headers['www-authenticate']]).toEqual([
      [401, 'unauthorized'],
      'Bearer',
    ]);
    expect(response.json().detail).toBe('Send an API key as Authorization: Bearer.');
  });

  it.each([
    ['/admin', `Bearer ${SHOP}`, 'shop'],
    ['/admin/queues?x=1', basic(`shop:${SHOP}`), 'shop'],
    // A secret may have a colon in it.
    ['/admin/', basic(`other:${OTHER}`).replace('Basic', 'basic'), 'other'],
  ])('%s takes %j', async (url, authorization, name) => {
    const response = await keyed()(url, authorization);
    expect([response.statusCode, response.body]).toEqual([200, name]);
  });

  it.each([
    ['/admin', basic(`other:${SHOP}`)], // another's secret
    ['/admin', basic(`:${SHOP}`)],
    ['/admin', basic(SHOP)],
    ['/admin', basic('shop:')],
    ['/admin', `xBasic ${basic(`shop:${SHOP}`).slice(6)}`],
    ['/admin', `Basicx ${basic(`shop:${SHOP}`).slice(6)}`],
    ['/admin', undefined],
  ])('%s does not take %j, and asks as browsers know it', async (url, authorization) => {
    const response = await keyed()(url, authorization);
    expect([answerOf(response), response.headers['www-authenticate']]).toEqual([
      [401, 'unauthorized'],
      'Basic realm="halve"',
    ]);
  });

  it.each(['/administrator', '/x/admin'])('%s is no place for Basic', async (url) => {
    const response = await keyed()(url, basic(`shop:${SHOP}`));
    expect([response.statusCode, response.headers['www-authenticate']]).toEqual([401, 'Bearer']);
  });

  it.each([
    '/',
    '/?x=1',
    '/assets/page.js',
    '/files/r/1.jpg',
    '/docs',
    '/docs/static/x',
    '/openapi.json',
    '/openapi.json?x',
    '/postman.json',
    '/favicon.ico',
    '/healthz',
  ])('%s is open, and nobody is the caller', async (url) => {
    const response = await keyed()(url);
    expect([response.statusCode, response.body]).toEqual([200, url === '/healthz' ? 'open' : '']);
  });

  it.each([
    '/status',
    '/docsx',
    '/assets',
    '/files',
    '/openapi.jsonx',
    '/openapiXjson',
    '/postman.json/x',
    '/x/files/1.jpg',
    '/status/1?x=/files/',
    '/picky',
    '/plain',
  ])('%s is not', async (url) => {
    expect(answerOf(await keyed()(url))).toEqual([401, 'unauthorized']);
  });
});

describe('without keys', () => {
  function local(keys = '') {
    const app = guardedApp();
    const apiKeys = keys === '' ? [] : parseApiKeys(keys);
    requireKeys(app, apiKeys);
    requireLocalCaller(app, { apiKeys, links: createLinks(() => 'https://shop.example:8443') });
    app.all('/', async (request) => `caller ${callerOf(request)}`);
    return (headers: Record<string, string>, method: 'GET' | 'HEAD' | 'POST' = 'GET') =>
      app.inject({ url: '/', method, headers });
  }

  it.each([
    'localhost',
    'LOCALHOST:8000',
    '127.0.0.1',
    '127.200.3.44:1',
    '[::1]',
    '[::1]:8000',
    'shop.example:8443',
  ])('answers as %s', async (host) => {
    const response = await local()({ host });
    expect([response.statusCode, response.body]).toEqual([200, 'caller ']);
  });

  it.each([
    'localhost.evil.example',
    'evil-localhost',
    'x127.0.0.1',
    '127.0.0',
    '127.0.0.1.2',
    '127.0.0.1234',
    '127a0.0.1',
    'localhost:',
    'localhost:80x',
    '[::2]',
    'shop.example',
    'evil.example',
  ])('does not as %j', async (host) => {
    const response = await local()({ host });
    expect(answerOf(response)).toEqual([403, 'forbidden_origin']);
    expect(response.json().detail).toBe(
      'Call this server as localhost, or set PUBLIC_URL to the name it has.',
    );
  });

  it('lets no other website change anything', async () => {
    const call = local();
    const host = 'localhost:8000';
    const post = async (origin?: string) =>
      answerOf(await call({ host, ...(origin !== undefined && { origin }) }, 'POST'));
    expect([await post(), await post('http://localhost:8000'), await post('https://localhost:8000')]).toEqual(
      [200, 200, 200],
    );
    for (const origin of ['http://localhost', 'http://localhost:8001', 'http://evil.example', 'null', ''])
      expect([origin, await post(origin)]).toEqual([origin, [403, 'forbidden_origin']]);
    expect((await call({ host, origin: 'null' }, 'POST')).json().detail).toBe(
      'Another website may not call this server.',
    );
    for (const method of ['GET', 'HEAD'] as const)
      expect((await call({ host, origin: 'http://evil.example' }, method)).statusCode).toBe(200);
  });

  it('is no rule for a server with keys', async () => {
    const headers = { host: 'shop.test', origin: 'http://x.example', authorization: `Bearer ${SHOP}` };
    expect((await local(`shop:${SHOP}`)(headers, 'POST')).statusCode).toBe(200);
  });
});

describe('whose request it is', () => {
  const ROWS: Record<string, { id: string; owner: string }> = {
    mine: { id: 'mine', owner: 'shop' },
    theirs: { id: 'theirs', owner: 'other' },
    old: { id: 'old', owner: '' },
    msg_mine: { id: 'mine', owner: 'shop' },
    msg_theirs: { id: 'theirs', owner: 'other' },
  };

  function owned(apiKeys = KEYS) {
    const queries: string[] = [];
    const asked = (what: string) => async (id: string) => {
      queries.push(`${what} ${id}`);
      return ROWS[id];
    };
    const context = {
      apiKeys,
      records: {
        requests: {
          get: asked('id'),
          getByDelivery: asked('delivery'),
        },
      },
    } as unknown as HttpContext;
    const app = guardedApp();
    requireKeys(app, apiKeys);
    guardRequests(app, context);
    app.get('/status/:request_id', async (call) => requestOf(call));
    app.get('/deliveries/:delivery_id', async (call) => requestOf(call));
    app.get('/again/:request_id', async (call) => findRequest(context, call));
    app.get('/requests', async (call) => ({ owners: ownersFor(apiKeys, call) ?? 'all' }));
    app.get('/forgotten', async (call) => requestOf(call));
    const call = (url: string) => app.inject({ url, headers: { authorization: `Bearer ${SHOP}` } });
    return { call, queries };
  }

  it('is found before the handler runs, by its id or by a delivery, with one query', async () => {
    const { call, queries } = owned();
    expect((await call('/status/mine')).json()).toEqual(ROWS.mine);
    expect((await call('/status/old')).json()).toEqual(ROWS.old);
    expect((await call('/deliveries/msg_mine')).json()).toEqual(ROWS.msg_mine);
    expect(queries).toEqual(['id mine', 'id old', 'delivery msg_mine']);
    expect((await call('/again/mine')).json()).toEqual(ROWS.mine);
    expect(queries).toHaveLength(5);
    expect((await call('/requests')).json()).toEqual({ owners: ['shop', ''] });
    expect(queries).toHaveLength(5);
  });

  it("says the same of another's as of nobody's", async () => {
    const { call, queries } = owned();
    for (const [url, detail] of [
      ['/status/theirs', 'There is no request with this id.'],
      ['/status/nobody', 'There is no request with this id.'],
      ['/deliveries/msg_theirs', 'There is no delivery.'],
      ['/deliveries/msg_nobody', 'There is no delivery.'],
    ] as const) {
      const response = await call(url);
      expect([answerOf(response), response.json().detail]).toEqual([[404, 'not_found'], detail]);
    }
    expect(queries).toHaveLength(4);
  });

  it("is everybody's without keys", async () => {
    const { call } = owned([]);
    expect((await call('/status/theirs')).json()).toEqual(ROWS.theirs);
    expect((await call('/requests')).json()).toEqual({ owners: 'all' });
    expect(answerOf(await call('/status/nobody'))).toEqual([404, 'not_found']);
  });

  it('is asked by no route whose path names none', async () => {
    const { call } = owned();
    expect(answerOf(await call('/forgotten'))).toEqual([500, 'internal']);
  });
});
