/**
 * The configuration of an image that was assembled: that of its base with the settings of the last steps, and a line of
 * history for each. One moment for everything, so that the image depends on its content alone. Pure.
 */
import type { BaseConfig } from '@slipway/images';
import type { SettingStep, TailStep } from './split-dockerfile.ts';

const CREATED = '1970-01-01T00:00:00Z';
/** What an image that starts from nothing gets from other builders, too. */
const PATH_DEFAULT = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface AssembledParts {
  /** undefined: the image starts from nothing. */
  readonly base: BaseConfig | undefined;
  readonly platform: { readonly architecture: string; readonly os: string };
  readonly tail: readonly TailStep[];
  /** Of the new layers, one for each COPY that places something. */
  readonly diffIds: ReadonlyMap<TailStep, string>;
  readonly labels: Readonly<Record<string, string>>;
}

export function assembledConfig({ base, platform, tail, diffIds, labels }: AssembledParts): BaseConfig {
  const begun = base ?? {
    ...platform,
    config: { Env: [PATH_DEFAULT] },
    rootfs: { type: 'layers', diff_ids: [] },
    history: [],
  };
  let config: ImageSettings = begun.config;
  for (const step of tail) if (step.kind === 'setting') config = withSetting(config, step.setting);
  return {
    created: CREATED,
    architecture: begun.architecture,
    os: begun.os,
    ...(begun.variant === undefined ? {} : { variant: begun.variant }),
    config: { ...config, Labels: { ...config.Labels, ...labels } },
    rootfs: {
      type: 'layers',
      diff_ids: [...begun.rootfs.diff_ids, ...tail.flatMap((step) => diffIds.get(step) ?? [])],
    },
    history: [...(begun.history ?? []), ...tail.map((step) => historyOf(step, diffIds.has(step)))],
  };
}

function historyOf({ text }: TailStep, hasLayer: boolean): Readonly<Record<string, unknown>> {
  return { created: CREATED, created_by: text, ...(hasLayer ? {} : { empty_layer: true }) };
}

type ImageSettings = BaseConfig['config'];

function withSetting(config: ImageSettings, setting: SettingStep['setting']): ImageSettings {
  switch (setting.name) {
    case 'command':
      return { ...config, Cmd: setting.words };
    case 'entrypoint':
      return { ...config, Entrypoint: setting.words };
    case 'environment':
      return { ...config, Env: withValues(config.Env ?? [], setting.values) };
    case 'labels':
      return { ...config, Labels: { ...config.Labels, ...Object.fromEntries(setting.values) } };
    case 'ports':
      return {
        ...config,
        ExposedPorts: { ...config.ExposedPorts, ...Object.fromEntries(setting.ports.map((port) => [port, {}])) },
      };
    case 'user':
      return { ...config, User: setting.user };
    default:
      throw new TypeError(`Cannot set "${String(setting satisfies never)}"`);
  }
}

function withValues(present: readonly string[], values: readonly (readonly [string, string])[]): readonly string[] {
  const result = [...present];
  for (const [name, value] of values) {
    const at = result.findIndex((entry) => entry.startsWith(`${name}=`));
    if (at === -1) result.push(`${name}=${value}`);
    else result[at] = `${name}=${value}`;
  }
  return result;
}
