/** From options to the body the API takes. Pure; only what was given is sent, so that the API's defaults hold. */
import type { AppPatch } from '@slipway/spec';
import { UsageFault } from '../usage-fault.ts';
import type { RuntimeOptions } from './app-options.ts';

const VISIBILITIES = { public: 'local_public', private: 'local_private', project: 'local' } as const;

export function appSettings(options: RuntimeOptions): AppPatch {
  const settings = {
    image_port: options.port === undefined ? undefined : parsePort(options.port),
    run_arguments: options.argument,
    run_commands: options.runCommand,
    run_as_user: options.user,
    run_service_account: options.serviceAccount,
    managed_domain_mappings: visibilityOf(options),
    run_env_variables: options.env?.map(parseEnv),
    probe_liveness: options.probeLive && parseProbe('--probe-live', options.probeLive),
    probe_readiness: options.probeReady && parseProbe('--probe-ready', options.probeReady),
    scale_concurrency: options.concurrency,
    scale_concurrency_target: options.concurrencyTarget,
    scale_cpu_limit: options.cpu,
    scale_ephemeral_storage_limit: options.ephemeralStorage,
    scale_memory_limit: options.memory,
    scale_min_instances: options.minScale,
    scale_max_instances: options.maxScale,
    scale_request_timeout: options.requestTimeout,
    scale_down_delay: options.scaleDownDelay,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as AppPatch;
}

function visibilityOf(options: RuntimeOptions): AppPatch['managed_domain_mappings'] {
  if (options.visibility !== undefined) return VISIBILITIES[options.visibility as keyof typeof VISIBILITIES];
  if (options.clusterLocal === true) return VISIBILITIES.project;
  return options.noClusterLocal === true ? VISIBILITIES.public : undefined;
}

export function parseEnv(text: string): { readonly type: 'literal'; readonly name: string; readonly value: string } {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    throw new UsageFault(`Cannot use --env "${text}": it must be NAME=VALUE`, ['An empty value: --env NAME=']);
  }
  return { type: 'literal', name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** `8080` or `http1:8080`; h2c is known and not there yet. */
export function parsePort(text: string): number {
  const match = /^(?:(h2c|http1):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port < 1 || port > 65_535)
    throw new UsageFault(`Cannot use --port "${text}": it takes a number from 1 to 65535`);
  if (match[1] === 'h2c') throw new UsageFault('HTTP/2 without TLS (--port h2c:…) is not available yet');
  return port;
}

type Probe = NonNullable<AppPatch['probe_liveness']>;
const PROBE_KEYS: Readonly<Record<string, keyof Probe>> = {
  type: 'type',
  path: 'path',
  port: 'port',
  interval: 'interval',
  timeout: 'timeout',
  'initial-delay': 'initial_delay',
  'failure-threshold': 'failure_threshold',
};

export function parseProbe(option: string, texts: readonly string[]): Probe {
  const probe: Record<string, string | number> = {};
  for (const text of texts) {
    const [key = '', ...rest] = text.split('=');
    const field = PROBE_KEYS[key];
    const value = rest.join('=');
    if (field === undefined || value === '') {
      throw new UsageFault(
        `Cannot use ${option} "${text}": it takes ${Object.keys(PROBE_KEYS).join(', ')}, e.g. ${option} type=http`,
      );
    }
    if (field === 'type' || field === 'path') probe[field] = value;
    else if (/^\d+$/.test(value)) probe[field] = Number(value);
    else throw new UsageFault(`Cannot use ${option} "${text}": ${key} takes a whole number`);
  }
  if (probe['type'] === undefined)
    throw new UsageFault(`Cannot use ${option}: its type is missing, e.g. ${option} type=tcp`);
  return probe;
}

/** `--env` sets or replaces by name, `--env-rm` drops; the rest stays as it is. */
export function mergeEnv(
  current: readonly { readonly type: string; readonly name?: string }[],
  set: readonly string[],
  drop: readonly string[],
): AppPatch['run_env_variables'] {
  const changed = set.map(parseEnv);
  const gone = new Set([...drop, ...changed.map((variable) => variable.name)]);
  const missing = drop.find((name) => !current.some((variable) => variable.name === name));
  if (missing !== undefined)
    throw new UsageFault(`Cannot drop the environment variable "${missing}": the app has none of this name`);
  const kept = current.filter((variable) => variable.name === undefined || !gone.has(variable.name));
  return [...kept, ...changed] as AppPatch['run_env_variables'];
}
