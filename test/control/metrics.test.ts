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
