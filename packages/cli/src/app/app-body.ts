/** From options to the body the API takes. Pure; only what was given is sent, so that the API's defaults hold. */
import { STANDBY_WORDS, type App, type AppPatch } from '@slipway/spec';
import { containerSettings, given, visibilityFor, type CurrentSettings } from '../runtime/runtime-body.ts';
import { UsageFault } from '../usage-fault.ts';
import type { RuntimeOptions, UpdateOptions } from './app-options.ts';

export function appSettings(options: RuntimeOptions & Partial<UpdateOptions>, current: CurrentSettings = {}): AppPatch {
  const settings = given({
    ...containerSettings(options, current),
    ...(options.port === undefined ? {} : portSettings(options.port)),
    run_as_user: options.user,
    run_compute_resource_token_enabled: options.trustedProfiles,
    managed_domain_mappings: visibilityOf(options),
    probe_liveness: options.probeLive && parseProbe('--probe-live', options.probeLive),
    probe_readiness: options.probeReady && parseProbe('--probe-ready', options.probeReady),
    scale_concurrency: options.concurrency,
    scale_concurrency_target: options.concurrencyTarget,
    scale_min_instances: options.minScale,
    scale_max_instances: options.maxScale,
    scale_request_timeout: options.requestTimeout,
    scale_down_delay: options.scaleDownDelay,
    scale_standby: standbyOf(options),
  });
  // A merge patch drops a field by null, which the settings' type does not show.
  if (options.probeLiveClear) Object.assign(settings, { probe_liveness: null });
  if (options.probeReadyReset) Object.assign(settings, { probe_readiness: null });
  return settings;
}

function standbyOf({ standby }: RuntimeOptions): AppPatch['scale_standby'] {
  return STANDBY_WORDS.find((word) => word === standby);
}

function visibilityOf(options: RuntimeOptions): AppPatch['managed_domain_mappings'] {
  if (options.visibility !== undefined) return visibilityFor(options.visibility);
  if (options.clusterLocal === true) return visibilityFor('project');
  return options.noClusterLocal === true ? visibilityFor('public') : undefined;
}

/** `8080`, `http1:8080` or `h2c:8080`. A port without a name is HTTP/1.1, also when the app spoke h2c before. */
export function portSettings(text: string): Pick<AppPatch, 'image_port' | 'image_port_protocol'> {
  const match = /^(?:(h2c|http1):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port < 1 || port > 65_535)
    throw new UsageFault(`Cannot use --port "${text}": it takes a number from 1 to 65535, or h2c: and a number`);
  return { image_port: port, image_port_protocol: match[1] === 'h2c' ? 'h2c' : 'http1' };
}

/** As `--port` takes it. */
export function portText({ image_port, image_port_protocol }: Pick<App, 'image_port' | 'image_port_protocol'>) {
  return image_port_protocol === 'h2c' ? `h2c:${image_port}` : image_port;
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
