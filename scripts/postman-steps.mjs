// What a run of the Postman collection does at each call beyond checking its answer: the order that makes the calls one
// story (upload, wait, read, remove), what is kept for the next call, and what is asserted about it.

/** Runs the same call again in half a second, two minutes long. */
const again = (unless, otherwise) => [
  `if (!(${unless})) {`,
  `  const tries = Number(pm.variables.get('tries') || 0) + 1;`,
  `  pm.variables.set('tries', tries);`,
  `  pm.test('has not taken too long', () => pm.expect(tries).to.be.below(240));`,
  '  if (tries < 240) pm.execution.setNextRequest(pm.info.requestId);',
  '  setTimeout(() => {}, 500);',
  '} else {',
  `  pm.variables.set('tries', 0);`,
  ...otherwise.map((line) => `  ${line}`),
  '}',
];

const lines = (column) => [
  `const [header] = pm.response.text().split(/\\r?\\n/);`,
  `pm.test('has its column', () => pm.expect(header).to.include('${column}'));`,
];

/**
 * In the order of a run; the calls that are not here follow those of their tag.
 * `also`: statuses that are right as well as the documented success, depending on what was uploaded. `script`: lines of the
 * test script, behind the general ones; `answer` is the parsed JSON. `last`: it changes or removes the request, so it comes
 * after all that read it.
 */
export const STEPS = {
  'get /readyz': {},
  'get /healthz': {},
  'post /validate': {
    script: [
      `pm.test('nothing is wrong with the file', () => pm.expect(answer.problems).to.eql([]));`,
      `pm.collectionVariables.set('images', answer.images);`,
    ],
  },
  'post /upload': {
    script: [
      `pm.collectionVariables.set('request_id', answer.request_id);`,
      `pm.test('every image was found', () => pm.expect(answer.images).to.eql(pm.collectionVariables.get('images')));`,
      `pm.test('says where to look', () => pm.expect(pm.response.headers.get('location')).to.eql('/status/' + answer.request_id));`,
    ],
  },
  'get /status/{request_id}': {
    script: again('answer.progress === 100', [
      `pm.test('every image has ended', () => pm.expect(answer.images.processed + answer.images.failed + answer.images.cancelled).to.eql(answer.images.total));`,
    ]),
  },
  'get /status/{request_id}/images': {
    script: [
      `pm.test('names every image', () => pm.expect(answer.images.length).to.eql(Math.min(100, pm.collectionVariables.get('images'))));`,
    ],
  },
  'get /status/{request_id}/events': {
    script: [`pm.test('ends', () => pm.expect(pm.response.text()).to.include('event: done'));`],
  },
  'get /output_csv/{request_id}': { script: lines('Output Image Urls') },
  'get /output/{request_id}': { script: lines('Output Image Urls') },
  'get /import/{request_id}': {
    script: [
      `pm.test('is the file that came, with new URLs', () => pm.expect(pm.response.text()).to.include('/files/' + pm.collectionVariables.get('request_id') + '/'));`,
    ],
  },
  'get /zip/{request_id}': {
    script: [
      `pm.test('is a ZIP file', () => pm.expect(pm.response.stream.toString('latin1', 0, 4)).to.eql('PK\\u0003\\u0004'));`,
    ],
  },
  'get /report_csv/{request_id}': { script: lines('sha256') },
  // When nothing failed there is none.
  'get /failed_csv/{request_id}': { also: [404] },
  'get /requests': {
    script: [
      `pm.test('lists the upload', () => pm.expect(answer.requests.map((request) => request.request_id)).to.include(pm.collectionVariables.get('request_id')));`,
    ],
  },
  'get /requests/{request_id}/deliveries': {
    script: again(`answer.deliveries.length > 0 && answer.deliveries[0].status === 'delivered'`, [
      `pm.collectionVariables.set('delivery_id', answer.deliveries[0].id);`,
    ]),
  },
  'post /deliveries/{delivery_id}/redeliver': {},
  'get /webhook': {
    script: [
      `const mine = answer.received.find((webhook) => webhook.request_id === pm.collectionVariables.get('request_id'));`,
      `pm.test('was called about the upload, signed', () => pm.expect(mine.verified).to.eql(true));`,
    ],
  },
  // It is not signed, which a server with keys asks for.
  'post /webhook': { also: [401] },
  'get /metrics': {},
  // It has ended, so there is nothing to cancel, and perhaps nothing to retry.
  'post /requests/{request_id}/cancel': { also: [409], last: true },
  'post /requests/{request_id}/retry': { also: [409], last: true },
  'delete /requests/{request_id}': { last: true },
};
