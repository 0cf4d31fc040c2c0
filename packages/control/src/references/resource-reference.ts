/** The config maps and secrets that settings name. Pure. */
import type { App, SecretFormat } from '@slipway/spec';
import type { EnvSetting } from '../environment/env-setting.ts';

export interface ResourceReference {
  readonly kind: 'config_map' | 'secret';
  readonly name: string;
  /** The one key that is needed; undefined for all there are. */
  readonly key?: string;
  /** What a secret must be to serve here; undefined for anything. */
  readonly format?: SecretFormat;
  /** Where the settings name it. */
  readonly field: string;
}

export interface ReferringSettings {
  readonly image_secret?: string;
  readonly run_env_variables: readonly EnvSetting[];
  readonly run_volume_mounts?: App['run_volume_mounts'];
}

export function referencesOf(settings: ReferringSettings): readonly ResourceReference[] {
  const mounts = (settings.run_volume_mounts ?? []).flatMap(({ type, reference: mounted }) =>
    type === 'persistent_data_store' ? [] : [{ kind: type, name: mounted, field: 'run_volume_mounts.reference' }],
  );
  const variables = settings.run_env_variables.flatMap((variable) => referenceOf(variable) ?? []);
  const references = [...variables, ...mounts];
  const { image_secret: name } = settings;
  if (name === undefined) return references;
  return [{ kind: 'secret', name, format: 'registry', field: 'image_secret' }, ...references];
}

function referenceOf(variable: EnvSetting): ResourceReference | undefined {
  if (variable.type === 'literal') return undefined;
  const kind = variable.type.startsWith('secret_') ? 'secret' : 'config_map';
  const { reference: name = '', key } = variable;
  return { kind, name, field: 'run_env_variables.reference', ...(key !== undefined && { key }) };
}
