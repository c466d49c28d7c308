// The metrics by Prometheus' conventions, and the dashboard and alerts against them.
import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { gauges } from '../../src/app/gauges.ts';
import { codeLabel } from '../../src/util/telemetry/image-metrics.ts';
import { addGauges, createMetrics } from '../../src/util/telemetry/metrics.ts';
import { type Expression, readPromql } from '../fakes/promql.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
/** What Prometheus adds to everything it scrapes. */
const TARGET = ['job', 'instance'];

function everything() {
  const metrics = createMetrics({ shown: true });
  const nothing = gauges({
    queue: { depth: async () => 3 },
    fleet: null,
    pool: null,
    records: { waiting: () => 0, due: { countActive: async () => 1, oldestWaitMs: async () => 90_500 } },
  });
  addGauges(metrics.registry, nothing);
  return metrics;
}

interface Known {
  name: string;
  type: string;
  help: string;
  labelNames: string[];
}

/** Every series by its name, with the labels it may have. */
function series(): Map<string, string[]> {
  const known = new Map<string, string[]>([['up', TARGET]]);
  for (const metric of everything().registry.getMetricsAsArray() as unknown as Known[]) {
    const labels = [...metric.labelNames, ...TARGET];
    known.set(metric.name, labels);
    if (metric.type !== 'histogram') continue;
    known.delete(metric.name);
    known.set(`${metric.name}_bucket`, [...labels, 'le']);
    for (const part of ['sum', 'count']) known.set(`${metric.name}_${part}`, labels);
  }
  return known;
}

/** What an expression names that is not there. */
function unknownIn({ selectors, grouping }: Expression): string[] {
  const known = series();
  const all = selectors.flatMap(({ metric }) => known.get(metric) ?? []);
  return [
    ...selectors.flatMap(({ metric, labels }) =>
      known.has(metric)
        ? labels.filter((label) => !known.get(metric)!.includes(label)).map((label) => `${metric}{${label}}`)
        : [metric],
    ),
    ...grouping.filter((label) => !all.includes(label)).map((label) => `by ${label}`),
  ];
}

it('keeps to the conventions: prefix, base units, _total of counters alone', async () => {
  const own = (everything().registry.getMetricsAsArray() as unknown as Known[]).filter(
    ({ name }) => !/^(process|nodejs)_/.test(name),
  );
  expect(own).toHaveLength(28);
  for (const { name, type, help } of own) {
    expect(name).toMatch(/^halve_[a-z_]+$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect([name, type === 'histogram' && !name.endsWith('_seconds')]).toEqual([name, false]);
    expect(help).toMatch(/\.$/);
  }
});

it('reads gauges when it is scraped: labelled, in seconds, and one that fails alone', async () => {
  const { registry } = everything();
  addGauges(registry, {
    halve_away: { help: 'Away.', read: () => Promise.reject(new Error('away')) },
    halve_thrown: {
      help: 'Thrown.',
      read: () => {
        throw new Error('thrown');
      },
    },
    halve_away_by: { help: 'Away.', label: 'job', read: () => Promise.reject(new Error('away')) },
  });
  const lines = (await registry.metrics()).split('\n');
  expect(lines.filter((line) => /^halve_(queue|away|thrown)/.test(line))).toEqual([
    'halve_queue_depth 3',
    'halve_queue_jobs{job="image"} 3',
    'halve_queue_jobs{job="finish"} 3',
    'halve_queue_jobs{job="deliver"} 3',
    'halve_queue_oldest_age_seconds 90.5',
    'halve_away Nan',
    'halve_thrown Nan',
  ]);
});

it('asks the database every five seconds, however often it is scraped', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const asked = { age: 0, active: 0 };
  const { halve_queue_oldest_age_seconds: age, halve_requests_active: active } = gauges({
    queue: { depth: async () => 0 },
    fleet: null,
    pool: null,
    records: {
      waiting: () => 0,
      due: {
        countActive: async () => ++asked.active,
        oldestWaitMs: async () => {
          if (++asked.age === 1) throw new Error('away');
          return asked.age * 1_000;
        },
      },
    },
  });
  const scrape = async () => [await age!.read(), await active!.read()];
  await expect(age!.read()).rejects.toThrow('away');
  expect([await scrape(), await scrape()]).toEqual(Array(2).fill([2, 1]));
  vi.advanceTimersByTime(4_999);
  expect(await scrape()).toEqual([2, 1]);
  vi.advanceTimersByTime(1);
  expect([await scrape(), await scrape()]).toEqual(Array(2).fill([3, 2]));
  expect(asked).toEqual({ age: 3, active: 2 });
});

it('has few labels for codes, whatever servers answer', () => {
  expect(
    ['timeout', 'http_404', 'http_503', 'http_499', 'http_599', 'http_301', 'http_999'].map(codeLabel),
  ).toEqual(['timeout', 'http_404', 'http_503', 'http_4xx', 'http_5xx', 'http_3xx', 'http_9xx']);
  const labels = new Set(Array.from({ length: 900 }, (_, index) => codeLabel(`http_${index + 100}`)));
  expect(labels.size).toBe(15 + 9);
});

interface Dashboard {
  templating: { list: { name: string; type: string; query: string }[] };
  panels: {
    id: number;
    title: string;
    type: string;
    gridPos: { x: number; y: number; w: number; h: number };
    datasource?: { uid: string };
    targets?: { expr: string; datasource: { uid: string } }[];
  }[];
}
const dashboard = JSON.parse(read('deploy/grafana/halve.json')) as Dashboard;
const graphs = dashboard.panels.filter(({ type }) => type !== 'row');

it('has a dashboard of metrics that there are, with labels that they have', () => {
  const expressions = graphs.flatMap(({ title, targets }) => targets!.map(({ expr }) => ({ title, expr })));
  expect(expressions).toHaveLength(41);
  for (const { title, expr } of expressions) {
    const expression = readPromql(expr);
    expect([title, unknownIn(expression)]).toEqual([title, []]);
    // Every selector is held to the chosen job.
    for (const { metric, labels } of expression.selectors)
      expect([title, metric, labels[0]]).toEqual([title, metric, 'job']);
  }
});

it('has a dashboard whose panels have a place of their own and a data source to choose', () => {
  expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
    ['datasource', 'datasource'],
    ['job', 'query'],
  ]);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  for (const { datasource, targets } of graphs)
    for (const { uid } of [datasource!, ...targets!.map((target) => target.datasource)])
      expect(uid).toMatch(/^\$\{datasource\}$/);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...cells.map((cell) => Number(cell.split(':')[0])))).toBe(23);
});

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

it('has alerts on metrics that there are', () => {
  const { groups } = parse(read('deploy/prometheus/alerts.yaml')) as { groups: { rules: Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.map(({ alert, labels }) => `${alert} ${labels.severity}`)).toEqual([
    'HalveDown critical',
    'HalveNotReady critical',
    'HalveNoWorker critical',
    'HalveStandstill critical',
    'HalveQueueOld warning',
    'HalveImagesFail warning',
    'HalveImagesCannotBeStored critical',
    'HalveWebhooksFail warning',
    'HalveImageProcessesEnd warning',
  ]);
  for (const { alert, expr, annotations } of rules) {
    expect([alert, unknownIn(readPromql(expr))]).toEqual([alert, []]);
    expect(Object.keys(annotations)).toEqual(['summary', 'description']);
  }
});

it('would notice a metric or a label that is not there', () => {
  const complaints = (expr: string) => unknownIn(readPromql(expr));
  expect(complaints('rate(halve_images_total{state="failed"}[5m])')).toEqual(['halve_images_total{state}']);
  expect(complaints('sum by (code) (halve_image_total)')).toEqual(['halve_image_total', 'by code']);
  expect(complaints('sum(halve_image_stage_duration_seconds{stage="fetch"})')).toEqual([
    'halve_image_stage_duration_seconds',
  ]);
  expect(() => readPromql('ratee(up[5m])')).toThrow('ratee is no function');
});
