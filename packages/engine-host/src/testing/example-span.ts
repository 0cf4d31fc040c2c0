/** A span of a call from app to app, for tests. */
import type { Span } from '../telemetry/span.ts';

export const EXAMPLE_SPAN: Span = {
  projectId: 'p1',
  appName: 'web',
  revisionName: 'web-1',
  instanceName: 'web-1-abcde',
  source: { type: 'app', appName: 'shop' },
  door: 'project',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: undefined,
  flags: 1,
  startMs: 1_796_046_246_460,
  durationMs: 14,
  status: 200,
  outcome: 'answered',
  heldMs: 0,
  queueMs: 3,
  connectMs: 4,
  responseMs: 5,
  requestBytes: 86,
  responseBytes: 129,
  retries: 0,
  method: 'GET',
  path: '/',
};
