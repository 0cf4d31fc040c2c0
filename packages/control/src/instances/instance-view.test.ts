import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceObservation } from '@slipway/engine';
import { completeAppSettings } from '../apps/app-settings.ts';
import { viewInstance } from './instance-view.ts';

const PLACE = {
  projectId: 'p',
  region: 'local',
  appName: 'web',
  appHref: '/apps/web',
  settings: completeAppSettings({ image_reference: 'a' }),
};
const SEEN: InstanceObservation = {
  instanceName: 'web-00001-x',
  revisionName: 'web-00001',
  state: 'running',
  ready: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  restarts: 2,
};

test('viewInstance(): the state of the program, with times, exit code and reason', () => {
  const startedAt = '2026-01-01T00:00:01.000Z';
  const completedAt = '2026-01-01T00:00:02.000Z';
  const cases: readonly (readonly [Partial<InstanceObservation>, object])[] = [
    [{ state: 'pending' }, { container_status: 'pending' }],
    [{ startedAt }, { container_status: 'running', started_at: startedAt }],
    [
      { state: 'failed', startedAt, completedAt, exitCode: 137, reason: 'oom_killed' },
      {
        container_status: 'terminated',
        started_at: startedAt,
        completed_at: completedAt,
        exit_code: 137,
        reason: 'oom_killed',
      },
    ],
    [
      { state: 'succeeded', completedAt },
      { container_status: 'terminated', completed_at: completedAt },
    ],
  ];
  for (const [change, state] of cases) {
    const view = viewInstance({ ...SEEN, ...change }, PLACE);
    assert.deepEqual(view.status_details?.user_container?.current_state, state);
    assert.equal(view.status, change.state ?? 'running');
    assert.equal(view.status_details?.restarts, 2);
    assert.equal(view.scale_memory_limit, '4G');
  }
});
