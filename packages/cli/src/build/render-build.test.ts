import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Build, BuildRun } from '@slipway/spec';
import { eventsOf } from '../buildrun/events.ts';
import { renderEvents } from '../show-events.ts';
import { renderBuild, renderBuildList, renderBuildRun, renderBuildRunList } from './render-build.ts';

const NOW_MS = Date.parse('2026-03-04T12:00:00Z');
const SIGHT = { projectName: 'shop', nowMs: NOW_MS };
const RECIPE = {
  run_build_params: [],
  source_type: 'local' as const,
  strategy_size: 'medium' as const,
  strategy_spec_file: 'Dockerfile',
  strategy_type: 'dockerfile' as const,
  timeout: 650,
  output_image: 'registry.example/web',
  output_secret: 'login',
};
const BUILD: Build = {
  ...RECIPE,
  id: 'b1',
  name: 'web-build',
  project_id: 'p1',
  entity_tag: '1',
  created_at: '2026-03-03T12:00:00Z',
  status: 'ready',
  status_details: { reason: 'registered' },
};
const RUN: BuildRun = {
  ...RECIPE,
  id: 'r1',
  name: 'web-build-run-1',
  build_name: 'web-build',
  service_account: 'default',
  project_id: 'p1',
  created_at: '2026-03-04T11:00:00Z',
  source_url: 'source://4f5e',
  status: 'succeeded',
  status_details: { reason: 'succeeded', output_digest: 'sha256:04c7' },
};

test('builds and build runs are shown with the labels of the public command line', () => {
  assert.equal(
    renderBuild({ build: BUILD, lastRun: RUN, ...SIGHT }),
    `Name:          web-build
ID:            b1
Project Name:  shop
Project ID:    p1
Age:           1d0h
Created:       2026-03-03T12:00:00Z
Build Type:    local
Status:        Succeeded
Reason:        all validations succeeded

Last Build Run:
  Name:     web-build-run-1
  Age:      1h0m
  Created:  2026-03-04T11:00:00Z

Image:            registry.example/web
Registry Secret:  login
Build Strategy:   dockerfile-medium
Timeout:          10m50s
Dockerfile:       Dockerfile
`,
  );
  assert.match(
    renderBuildRun(RUN, SIGHT),
    /\nSummary: +Succeeded\nStatus: +Succeeded\nReason: +All Steps have completed executing\nImage Digest: +sha256:04c7\n\nBuild Name: +web-build\n/,
  );
  const failed: BuildRun = { ...RUN, status: 'failed', status_details: { reason: 'exceeded_ephemeral_storage' } };
  assert.match(renderBuildRun(failed, SIGHT), /\nStatus: +Failed\nReason: +exceeded ephemeral storage\n/);
});

test('builds and build runs are listed with the columns of the public command line', () => {
  const headings = 'Name Status Reason Image Build Strategy Age Last Build Run Name Last Build Run Age';
  const [head = '', row] = renderBuildList({ builds: [BUILD], runs: [RUN] }, NOW_MS).split('\n');
  assert.equal(head.replaceAll(/ +/g, ' '), headings);
  assert.match(
    row ?? '',
    /^web-build +Succeeded +all validations succeeded +registry\.example\/web +dockerfile-medium/,
  );
  assert.match(row ?? '', /1d0h +web-build-run-1 +1h0m$/);
  assert.equal(
    renderBuildRunList([RUN], NOW_MS),
    `Name             Status     Build Name  Age
web-build-run-1  Succeeded  web-build   1h0m
`,
  );
});

test('eventsOf() makes events of the steps of a build run and of no line', () => {
  const at = '2026-03-04T11:59:00Z';
  const line = { at, stream: 'stdout' as const, text: 'hello' };
  const steps = (['running', 'succeeded', 'failed'] as const).map((state) => ({
    ...line,
    step: { name: 'push', state },
  }));
  const events = [line, ...steps].flatMap(eventsOf);
  assert.equal(
    renderEvents(events, NOW_MS),
    `Type     Reason     Age   Source     Messages
Normal   Started    1m0s  step-push  push
Normal   Completed  1m0s  step-push  push: succeeded
Warning  Failed     1m0s  step-push  push: failed
`,
  );
});
