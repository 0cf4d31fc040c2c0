import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openControlBench, refusedWith, until, untilApp } from './control-bench.ts';

test('metrics tell instances and requests of the revisions of a project, in pages', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  for (const name of ['web', 'api']) {
    await bench.call('createApp', project, { body: { name, image_reference: 'fake/good', scale_concurrency: 7 } });
    await untilApp(bench, name, 'ready');
  }
  await until('a request is answered', async () => bench.machine.request('web.default.localhost').ok || undefined);
  const { metrics } = await bench.call('listMetrics', project);
  assert.deepEqual(
    metrics.map((one) => [one.app_name, one.revision_name, one.actual_instances, one.requests_total]),
    [
      ['api', 'api-00001', 1, 0],
      ['web', 'web-00001', 1, 1],
    ],
  );
  assert.deepEqual([metrics[0]?.target_concurrency_per_pod, metrics[0]?.panic_mode], [7, 0]);
  const first = await bench.call('listMetrics', project, { query: { limit: 1 } });
  const second = await bench.call('listMetrics', project, { query: { limit: 1, start: first.next?.start ?? '' } });
  assert.deepEqual([...first.metrics, ...second.metrics], metrics);
  assert.equal(second.next, undefined);
  await assert.rejects(bench.call('listMetrics', { project_id: 'none' }), refusedWith('resource_not_found'));
});

test('the metrics of the platform name projects as they are called, and count what is kept', async (t) => {
  const bench = await openControlBench(t);
  const other = await bench.call('createProject', {}, { body: { name: 'Blue .: shop' } });
  const project = { project_id: other.id ?? '' };
  await until('the project', async () => {
    const { status } = await bench.call('getProject', { id: project.project_id });
    return status === 'active' || undefined;
  });
  await bench.call('createApp', project, { body: { name: 'web', image_reference: 'fake/good' } });
  await until('the app is there', async () => {
    const text = await bench.call('getPlatformMetrics', {});
    return text.includes('application_actual_instances{') || undefined;
  });
  const text = await bench.call('getPlatformMetrics', {});
  const labels = (name: string, more = '') =>
    `${name}{ibm_codeengine_namespace="blue-shop",ibm_codeengine_project_name="Blue .: shop"${more}}`;
  const lines = text.split('\n');
  assert.ok(lines.includes(`${labels('ibm_codeengine_application_service_count')} 1`), text);
  assert.ok(lines.includes(`${labels('ibm_codeengine_application_revision_count')} 1`), text);
  const ofRevision = ',ibm_codeengine_application_name="web",ibm_codeengine_revision_name="web-00001"';
  assert.ok(lines.includes(`${labels('ibm_codeengine_application_panic_mode', ofRevision)} 0`), text);
  assert.ok(lines.includes(`${labels('slipway_application_requests_queued', ofRevision)} 0`), text);
  assert.ok(lines.includes('process_cpu_seconds_total 1.5'), text);
  assert.ok(lines.includes('slipway_builds_running 0'), text);
});

test('edges tell who calls whom in a project, in pages, and whether anybody looks', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const none = await bench.call('listEdges', project);
  assert.deepEqual([none.edges, none.observed], [[], false]);
  const edge = {
    projectId: bench.projectId,
    source: { type: 'outside' },
    targetApp: 'web',
    requestsTotal: 10,
    requestsInFlight: 4,
    clientErrorsTotal: 1,
    serverErrorsTotal: 2,
    noAnswersTotal: 3,
    canceledTotal: 0,
    durationSumMs: 55,
    buckets: [
      { atMostMs: 5, count: 5 },
      { atMostMs: 10, count: 10 },
    ],
  } as const;
  const fromApp = { ...edge, source: { type: 'app', appName: 'web' }, targetApp: 'stock' } as const;
  const edges = [fromApp, edge, { ...edge, projectId: 'another' }];
  const telemetry = { spansSent: 1, spansDropped: 2, requestsUntold: 3, exportFailures: 4 };
  bench.machine.edges = { isObserved: true, edges, telemetry };
  const seen = await bench.call('listEdges', project);
  assert.equal(seen.observed, true);
  assert.deepEqual(
    seen.edges.map((one) => [one.source_type, one.source_app_name, one.target_app_name]),
    [
      ['outside', undefined, 'web'],
      ['app', 'web', 'stock'],
    ],
  );
  const { mean_ms, no_answers_total, p50_ms, p95_ms } = seen.edges[0] ?? {};
  assert.deepEqual([mean_ms, p50_ms, p95_ms, no_answers_total], [5.5, 5, 9.5, 3]);
  const first = await bench.call('listEdges', project, { query: { limit: 1 } });
  const second = await bench.call('listEdges', project, { query: { limit: 1, start: first.next?.start ?? '' } });
  assert.deepEqual([...first.edges, ...second.edges], seen.edges);
  const text = await bench.call('getPlatformMetrics', {});
  const ends = 'source_type="app",source="web",target="stock"';
  assert.match(text, new RegExp(`slipway_edge_requests_total{.*${ends},outcome="answered"} 4\n`));
  assert.match(text, new RegExp(`slipway_edge_duration_seconds_bucket{.*${ends},le="0.005"} 5\n`));
  assert.match(text, /slipway_telemetry_spans_dropped_total 2\n/);
  await assert.rejects(bench.call('listEdges', { project_id: 'none' }), refusedWith('resource_not_found'));
});
