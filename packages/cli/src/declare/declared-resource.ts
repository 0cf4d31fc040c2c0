/**
 * From what is written to what the API takes: values are read from files, variables and standard input, short forms
 * become long ones. What is a folder to build stays one; its image is made when it is carried out.
 */
import { resolve } from 'node:path';
import type { AppMeshPrototype, DeclaredKind } from '@slipway/spec';
import { inlineReference } from '../function/function-body.ts';
import { completeMesh } from '../mesh/complete-mesh.ts';
import { readManifestFile, type ValueSources } from './declared-values.ts';
import { readValue } from './declared-values.ts';
import { manifestFault } from './manifest-problem.ts';
import type { WrittenResource } from './parse-manifest.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface DeclaredBuild {
  /** Absolute. */
  readonly folder: string;
  /** As it is written. */
  readonly shown: string;
  readonly strategy?: string;
  readonly dockerfile?: string;
  readonly contextDir?: string;
  readonly size?: string;
  readonly timeoutSeconds?: number;
}

export interface DeclaredResource {
  readonly kind: DeclaredKind;
  readonly name: string;
  /** As the API takes them, without the name. */
  readonly fields: Fields;
  readonly build?: DeclaredBuild;
}

/** `app "web"`, `config map "settings"`. */
export function labelOf({ kind, name }: { readonly kind: DeclaredKind; readonly name: string }): string {
  return `${kind.replaceAll('_', ' ')} "${name}"`;
}

export async function declareResource(written: WrittenResource, sources: ValueSources): Promise<DeclaredResource> {
  const { kind } = written;
  const { build, env, code, component, data, mesh, ...fields } = written.fields;
  const declared: Record<string, unknown> = { ...fields };
  if (component !== undefined) declared['component'] = componentOf(component);
  if (env !== undefined) declared['run_env_variables'] = [...listOf(fields['run_env_variables']), ...variablesOf(env)];
  if (typeof code === 'string') declared['code_reference'] = inlineReference(await readManifestFile(written, code));
  if (kind === 'config_map' || kind === 'secret') declared['data'] = await readData(written, data, sources);
  else if (data !== undefined) declared['data'] = data;
  if (mesh !== undefined) declared['mesh'] = completeMesh(mesh as AppMeshPrototype);
  if (kind === 'secret') declared['format'] ??= 'generic';
  if (kind === 'build') declared['output_secret'] ??= '';
  return {
    kind,
    name: kind === 'binding' ? bindingName(declared) : written.name,
    fields: declared,
    ...(build !== undefined && { build: buildOf(build, written.folder) }),
  };
}

async function readData(written: WrittenResource, data: unknown, sources: ValueSources): Promise<Fields> {
  const entries: (readonly [string, string])[] = [];
  for (const [key, value] of Object.entries((data ?? {}) as Fields))
    entries.push([key, await readValue(written, { key, value, sources })]);
  return Object.fromEntries(entries);
}

function buildOf(build: unknown, folder: string): DeclaredBuild {
  const written = (typeof build === 'string' ? { folder: build } : build) as Fields;
  const { strategy, dockerfile, context_dir: contextDir, size, timeout } = written;
  const shown = String(written['folder']);
  return {
    folder: resolve(folder, shown),
    shown,
    ...(typeof strategy === 'string' && { strategy }),
    ...(typeof dockerfile === 'string' && { dockerfile }),
    ...(typeof contextDir === 'string' && { contextDir }),
    ...(typeof size === 'string' && { size }),
    ...(typeof timeout === 'number' && { timeoutSeconds: timeout }),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function variablesOf(env: unknown): readonly object[] {
  return Object.entries(env as Readonly<Record<string, string | Readonly<Record<string, string>>>>).map(
    ([name, value]) => {
      if (typeof value === 'string') return { type: 'literal', name, value };
      const isSecret = value['secret'] !== undefined;
      const type = isSecret ? 'secret_key_reference' : 'config_map_key_reference';
      return { type, name, reference: isSecret ? value['secret'] : value['config_map'], key: value['key'] ?? name };
    },
  );
}

function componentOf(component: unknown): unknown {
  if (typeof component !== 'string') return component;
  const [noun, name] = component.split('/');
  return { name, resource_type: `${noun}_v2` };
}

/** What a binding is known by: nothing else may have the same component and prefix. */
export function bindingName(fields: Fields): string {
  const { name = '', resource_type: type = '' } = (fields['component'] ?? {}) as Readonly<Record<string, string>>;
  return `${type.replace(/_v2$/, '')}/${name}/${String(fields['prefix'])}`;
}

/** Bindings are named only now, so only now it is seen that one is there twice. */
export function refuseTwice(declared: readonly (readonly [WrittenResource, DeclaredResource])[]): void {
  const seen = new Set<string>();
  for (const [{ path, line }, { kind, name }] of declared) {
    if (kind !== 'binding') continue;
    if (seen.has(name))
      throw manifestFault([
        { path, line, field: 'bindings', rule: `${name} is declared already, take another prefix` },
      ]);
    seen.add(name);
  }
}
