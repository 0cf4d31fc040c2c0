import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App, AppInstance, AppRevision, AppTraffic } from '@slipway/spec';
import { renderRevision, renderRevisionList } from '../revision/render-revision.ts';
import { pinnedText, renderApp, renderAppList } from './render-app.ts';

const NOW_MS = Date.parse('2026-03-04T12:00:00Z');
const RUNTIME = {
  image_port: 8080,
  image_reference: 'registry.example/web:1',
  computed_env_variables: [],
  run_arguments: [],
  run_commands: [],
  run_env_variables: [{ type: 'literal' as const, name: 'A', value: '1' }],
  run_service_account: 'default' as const,
  run_volume_mounts: [],
  probe_liveness: { type: 'http' as const, path: '/live', interval: 10 },
  scale_concurrency: 100,
  scale_concurrency_target: 0,
  scale_cpu_limit: '1',
  scale_down_delay: 0,
  scale_ephemeral_storage_limit: '400M',
  scale_max_instances: 10,
  scale_memory_limit: '4G',
  scale_min_instances: 0,
  scale_request_timeout: 300,
};
const APP: App = {
  ...RUNTIME,
  id: 'a1',
  name: 'web',
  project_id: 'p1',
  created_at: '2026-03-04T11:59:00Z',
  entity_tag: '1',
  endpoint: 'http://web.shop.localhost:8080',
  endpoint_internal: 'http://web.shop.svc.cluster.local',
  managed_domain_mappings: 'local_public',
  status: 'warning',
  status_details: {
    reason: 'ready_but_latest_revision_failed',
    latest_created_revision: 'web-00002',
    latest_ready_revision: 'web-00001',
  },
};
const SERVING: AppRevision = {
  ...RUNTIME,
  id: 'r1',
  project_id: 'p1',
  name: 'web-00001',
  app_name: 'web',
  image_reference: 'registry.example/web@sha256:1cee99aabbcc',
  created_at: '2026-03-04T11:59:15Z',
  status: 'ready',
  status_details: { actual_instances: 1, reason: 'ready' },
};
const BROKEN: AppRevision = {
  ...SERVING,
  name: 'web-00002',
  created_at: '2026-03-04T11:59:30Z',
  status: 'failed',
  status_details: { actual_instances: 0, reason: 'container_failed_exit_code_1' },
};
const INSTANCE: AppInstance = {
  name: 'web-00001-abcde',
  app_name: 'web',
  revision_name: 'web-00001',
  scale_cpu_limit: '1',
  scale_ephemeral_storage_limit: '400M',
  scale_memory_limit: '4G',
  created_at: '2026-03-04T11:59:20Z',
  status: 'running',
  status_details: { restarts: 2 },
};
const TRAFFIC: AppTraffic = {
  app_name: 'web',
  project_id: 'p1',
  href: '',
  entity_tag: '1',
  resource_type: 'app_traffic_v2',
  traffic: [{ revision_name: 'web-00001', latest: true, percent: 100 }],
  rollback: { enabled: true, error_margin_percent: 10, requests_min: 20, window_seconds: 60 },
  revisions_max: 3,
  status_details: { reason: 'settled', shares: [{ revision_name: 'web-00001', percent: 100 }], previous_shares: [] },
};
const SIGHT = { projectName: 'shop', nowMs: NOW_MS };

const TEXT = `Name:               web
ID:                 a1
Project Name:       shop
Project ID:         p1
Age:                1m0s
Created:            2026-03-04T11:59:00Z
URL:                http://web.shop.localhost:8080
Cluster Local URL:  http://web.shop.svc.cluster.local
Status Summary:     Application serves, its newest revision failed

Environment Variables:
  Type     Name  Value
  Literal  A     1
Image:  registry.example/web:1
Resource Allocation:
  CPU:                1
  Ephemeral Storage:  400M
  Memory:             4G
Port:  8080

Revisions:
  web-00002:
    Age:                30s
    Latest:             true
    Image:              registry.example/web (pinned to 1cee99)
    Running Instances:  0
    Reason:             its program ended with code 1
  web-00001:
    Age:                45s
    Latest:             false
    Traffic:            100%
    Image:              registry.example/web (pinned to 1cee99)
    Running Instances:  1

Runtime:
  Concurrency:       100
  Maximum Scale:     10
  Minimum Scale:     0
  Scale Down Delay:  0
  Timeout:           300
Liveness Probe:
  Type:      httpget
  Path:      /live
  Interval:  10

Conditions:
  Type                 OK     Age  Reason
  ConfigurationsReady  false
  Ready                false       ready but latest revision failed
  RoutesReady          true

Instances:
  Name             Revision   Running  Status   Restarts  Age
  web-00001-abcde  web-00001  1/1      Running  2         40s
`;

test('renderApp() shows an app with the labels of the public command line', () => {
  assert.equal(
    renderApp({
      app: APP,
      revisions: [BROKEN, SERVING],
      instances: [INSTANCE],
      bindings: [],
      traffic: TRAFFIC,
      ...SIGHT,
    }),
    TEXT,
  );
});

test('renderAppList() and renderRevisionList() have the columns of the public command line', () => {
  assert.equal(
    renderAppList([APP], NOW_MS),
    `Name  Status   URL                             Latest     Age   Conditions  Reason
web   Warning  http://web.shop.localhost:8080  web-00001  1m0s  1 OK / 3    ready but latest revision failed
`,
  );
  assert.equal(
    renderRevisionList({ apps: [APP], revisions: [SERVING, BROKEN], traffics: [TRAFFIC] }, NOW_MS),
    `Name       Application  Status  URL  Latest  Tag  Traffic  Age  Conditions  Reason
web-00001  web          Ready                     100%     45s  4 OK / 4
web-00002  web          Failed       true                  30s  1 OK / 4    its program ended with code 1
`,
  );
});

test('renderRevision() says why a revision takes no requests', () => {
  const idle = { ...SERVING, status_details: { actual_instances: 0, reason: 'ready' as const } };
  const text = renderRevision(idle, SIGHT);
  assert.match(text, /\nApplication: +web\nStatus Summary: +Revision is ready\nRunning Instances: +0\n/);
  assert.match(text, /\n {2}Active +false +NoTraffic : The target is not receiving traffic\.\n/);
  assert.match(renderRevision(BROKEN, SIGHT), /Revision is not ready: its program ended with code 1\n/);
});

test('pinnedText() shortens a digest and leaves a tag alone', () => {
  assert.equal(pinnedText('localhost:5000/a/b@sha256:0123456789'), 'localhost:5000/a/b (pinned to 012345)');
  assert.equal(pinnedText('localhost:5000/a/b:1'), 'localhost:5000/a/b:1');
});
