import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App } from '@slipway/spec';
import { renderApp } from './render-app.ts';

function summaryOf(status: App['status'], reason: string): string | undefined {
  const app = {
    name: 'web',
    status,
    status_details: { reason },
    run_env_variables: [],
  } as unknown as App;
  const text = renderApp({ app, projectName: 'default', revisions: [], instances: [], nowMs: 0 });
  return /^Status Summary:\s+(.*)$/m.exec(text)?.[1];
}

test('renderApp() tells an app that is short of room from one whose newest revision failed', () => {
  assert.match(summaryOf('warning', 'waiting_for_resources') ?? '', /fewer instances than its minimum/);
  assert.match(summaryOf('warning', 'ready_but_latest_revision_failed') ?? '', /newest revision failed/);
  assert.match(summaryOf('ready', 'ready') ?? '', /success/);
});
