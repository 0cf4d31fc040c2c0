/** The state of an app in one sentence. Pure. */
import type { App } from '@slipway/spec';

const SUMMARIES: Readonly<Record<string, string>> = {
  ready: 'Application deployed successfully',
  deploying: 'Application is deploying',
  failed: 'Application failed to deploy',
  warning: 'Application serves, its newest revision failed',
};

export function appSummary({
  status,
  status_details: details,
}: Pick<App, 'status' | 'status_details'>): string | undefined {
  const isShort = status === 'warning' && details?.reason === 'waiting_for_resources';
  return isShort
    ? 'Application serves, with fewer instances than its minimum: no room'
    : SUMMARIES[status ?? 'deploying'];
}
