/**
 * Writes what was assumed to the folder's `slipway.yaml`. A file that is there keeps everything else in it, comments
 * too: only what this deploy says of its app is set.
 */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderManifestSchema, type AppPatch } from '@slipway/spec';
import { Document, isMap, parseDocument } from 'yaml';
import { DEPLOY_FILE } from './deploy-defaults.ts';

const SCHEMA_FILE = 'slipway.schema.json';
/** Editors find the schema beside the file: no network, and the one of this version. */
const SCHEMA_LINE = ` yaml-language-server: $schema=${SCHEMA_FILE}`;

export interface SavedApp {
  readonly name: string;
  readonly settings: AppPatch;
  readonly build: Readonly<Record<string, unknown>>;
}

/** Gives the files that were written. */
export async function saveManifest(folder: string, app: SavedApp): Promise<readonly string[]> {
  const path = join(folder, DEPLOY_FILE);
  const before = existsSync(path) ? await readFile(path, 'utf8') : undefined;
  const written = [DEPLOY_FILE];
  await replaceFile(path, renderSaved(app, before));
  if (!existsSync(join(folder, SCHEMA_FILE))) {
    await replaceFile(join(folder, SCHEMA_FILE), `${JSON.stringify(renderManifestSchema(), null, 2)}\n`);
    written.push(SCHEMA_FILE);
  }
  return written;
}

/** Pure. */
export function renderSaved({ name, settings, build }: SavedApp, before: string | undefined): string {
  const document = before === undefined ? new Document({}) : parseDocument(before);
  if (before === undefined) document.commentBefore = SCHEMA_LINE;
  if (!isMap(document.contents)) document.contents = new Document({}).contents as never;
  const { run_env_variables: variables, ...others } = settings;
  document.setIn(
    ['apps', name, 'build'],
    document.createNode(Object.keys(build).length === 1 ? build['folder'] : build),
  );
  document.deleteIn(['apps', name, 'image_reference']);
  for (const [field, value] of Object.entries(others))
    document.setIn(['apps', name, field], document.createNode(value));
  if (variables) setVariables(document, name, variables);
  return document.toString({ lineWidth: 0 });
}

/** In short form where there is one; the long form is replaced as a whole. */
function setVariables(document: Document, name: string, variables: NonNullable<AppPatch['run_env_variables']>): void {
  document.deleteIn(['apps', name, 'env']);
  document.deleteIn(['apps', name, 'run_env_variables']);
  const literal = variables.filter((one) => (one.type ?? 'literal') === 'literal');
  const short = Object.fromEntries(literal.map((one) => [one.name ?? '', one.value ?? '']));
  const long = variables.filter((one) => !literal.includes(one));
  if (literal.length > 0) document.setIn(['apps', name, 'env'], document.createNode(short));
  if (long.length > 0) document.setIn(['apps', name, 'run_env_variables'], document.createNode(long));
}

/** As a whole: whoever reads it meanwhile sees the old one or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { flag: 'wx' });
  await rename(draft, path);
}
