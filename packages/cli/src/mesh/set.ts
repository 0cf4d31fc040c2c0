/** `slipway mesh set`: what is named is changed, the rest stays. In effect at once, for calls inside the project alone. */
import type { AppMeshPrototype } from '@slipway/spec';
import { defineCommand, type ParsedOptions } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { parseSeconds } from '../traffic/traffic-words.ts';
import { UsageFault } from '../usage-fault.ts';
import {
  NONE,
  parseAbort,
  parseCallers,
  parseDelay,
  parseMilliseconds,
  parseMirror,
  statementOf,
} from './mesh-words.ts';
import { renderMesh } from './render-mesh.ts';

const OPTIONS = {
  name: NAME,
  callers: {
    names: ['--callers'],
    kind: 'value',
    summary: 'apps that may call it: names with commas, "all" or "none"',
  },
  timeout: { names: ['--timeout'], kind: 'value', summary: 'how long a call may wait, e.g. 500ms or 2s; "none"' },
  retries: { names: ['--retries'], kind: 'number', summary: 'how often a failed call is tried again; 0 for never' },
  retryBudget: { names: ['--retry-budget'], kind: 'number', summary: 'per cent of the calls that may be repeated' },
  retryMethods: {
    names: ['--retry-methods'],
    kind: 'value',
    values: ['idempotent', 'any'],
    summary: 'which calls are repeated',
  },
  outliers: {
    names: ['--outliers'],
    kind: 'value',
    values: ['on', 'off'],
    summary: 'an instance with many server errors gets no requests for a time',
  },
  errorsInARow: { names: ['--errors-in-a-row'], kind: 'number', summary: 'server errors that make an outlier' },
  errorPercent: { names: ['--error-percent'], kind: 'number', summary: 'share of server errors that makes one' },
  requestsMin: { names: ['--requests-min'], kind: 'number', summary: 'answers before the share is judged' },
  ejection: { names: ['--ejection'], kind: 'value', summary: 'how long it gets no requests, e.g. 30s' },
  abort: { names: ['--abort'], kind: 'value', summary: 'PERCENT=STATUS: calls answered in its place; "none"' },
  delay: { names: ['--delay'], kind: 'value', summary: 'PERCENT=TIME: calls that wait before they go on; "none"' },
  mirror: { names: ['--mirror'], kind: 'value', summary: 'PERCENT=APP or =tag:TAG: calls copied there; "none"' },
  output: OUTPUT_OPTION,
  quiet: QUIET,
} as const;

export const command = defineCommand({
  options: OPTIONS,
  operands: ['NAME'],
  examples: [
    'slipway mesh set stock --callers web,cart',
    'slipway mesh set stock --timeout 2s --retries 2 --outliers on',
    'slipway mesh set stock --abort 10=503 --delay 20=300ms',
    'slipway mesh set stock --mirror 5=tag:canary',
  ],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    const before = await client.getAppMesh({ params, signal });
    const body = changed(statementOf(before), options);
    const after = await client.replaceAppMesh({ params, ifMatch: before.entity_tag, body, signal });
    context.terminal.write((await renderOutput(options.output, after)) ?? renderMesh(after));
  },
});

type Options = ParsedOptions<typeof OPTIONS>;

function changed(before: AppMeshPrototype, options: Options): AppMeshPrototype {
  const { abort, callers, delay, mirror, timeout } = options;
  const parts = {
    callers: callers === undefined ? before.callers : parseCallers(callers),
    timeout_milliseconds: timeout === undefined ? before.timeout_milliseconds : timeoutOf(timeout),
    retries: retriesOf(before.retries, options),
    outliers: outliersOf(before.outliers, options),
    abort: abort === undefined ? before.abort : parseAbort(abort),
    delay: delay === undefined ? before.delay : parseDelay(delay),
    mirror: mirror === undefined ? before.mirror : parseMirror(mirror),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as AppMeshPrototype;
}

function timeoutOf(text: string): number | undefined {
  return text === NONE ? undefined : parseMilliseconds('--timeout', text);
}

function retriesOf(before: AppMeshPrototype['retries'], options: Options): AppMeshPrototype['retries'] {
  const { retries: attempts = before?.attempts ?? 0, retryBudget, retryMethods } = options;
  if (attempts === 0 && (retryBudget !== undefined || retryMethods !== undefined) && options.retries === undefined) {
    throw new UsageFault('Cannot say which calls are repeated: none is', ['Add --retries, e.g. --retries 2']);
  }
  if (attempts === 0) return undefined;
  return {
    ...before,
    attempts,
    ...(retryBudget !== undefined && { budget_percent: retryBudget }),
    ...(retryMethods !== undefined && { any_method: retryMethods === 'any' }),
  };
}

function outliersOf(before: AppMeshPrototype['outliers'], options: Options): AppMeshPrototype['outliers'] {
  const { ejection, errorPercent, errorsInARow, outliers, requestsMin } = options;
  const named = {
    ...(errorsInARow !== undefined && { consecutive_errors: errorsInARow }),
    ...(errorPercent !== undefined && { error_percent: errorPercent }),
    ...(requestsMin !== undefined && { requests_min: requestsMin }),
    ...(ejection !== undefined && { ejection_seconds: parseSeconds('--ejection', ejection) }),
  };
  if (outliers === 'off') return undefined;
  if (outliers === undefined && before === undefined && Object.keys(named).length === 0) return undefined;
  return { ...before, ...named };
}
