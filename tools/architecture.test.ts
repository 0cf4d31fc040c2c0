/**
 * Proves the dependency table of `layers.ts` on every file, and first that the checker sees something: a checker that
 * looked at nothing is green too.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { findImports, type Import } from './imports.ts';
import { isTestFile, judgeImport, LAYERS, packageOf } from './layers.ts';
import { readRepository, REPOSITORY_ROOT, type RepositoryFile } from './repository.ts';

const SOURCES = readRepository(['packages', 'tools', 'test', 'bench']).filter((file) => file.path.endsWith('.ts'));

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function readManifests(): ReadonlyMap<string, Manifest> {
  const manifests = readRepository(['packages']).filter((file) => /^packages\/[^/]+\/package\.json$/.test(file.path));
  return new Map(manifests.map((file) => [file.path.split('/')[1] ?? '', JSON.parse(file.text) as Manifest]));
}

const importsRead = new Map<RepositoryFile, readonly Import[]>();

/** Each file is parsed once for all tests here. */
function importsOf(file: RepositoryFile): readonly Import[] {
  const imports = importsRead.get(file) ?? findImports(file.path, file.text);
  importsRead.set(file, imports);
  return imports;
}

function judge(file: RepositoryFile): readonly string[] {
  return importsOf(file).flatMap(({ specifier, line }) => {
    const finding = judgeImport(file.path, specifier);
    return finding ? [`${file.path}:${line}: "${specifier}" ${finding.message}`] : [];
  });
}

test('architecture: the checker sees the files and their imports', () => {
  const imports = SOURCES.flatMap(importsOf);
  assert.ok(SOURCES.length > 40, `only ${SOURCES.length} files`);
  assert.ok(imports.some(({ specifier }) => specifier.startsWith('@slipway/')));
  assert.ok(imports.some(({ specifier }) => specifier.startsWith('node:')));
});

test('architecture: every package is in the table, and the table names only packages', () => {
  const folders = readdirSync(join(REPOSITORY_ROOT, 'packages')).toSorted();
  assert.deepEqual(Object.keys(LAYERS).toSorted(), folders);
  for (const wanted of Object.values(LAYERS).flat()) assert.ok(folders.includes(wanted), wanted);
});

test('architecture: the table has no cycle, and nobody imports server or cli', () => {
  const settled = new Set<string>();
  for (let round = 0; round < Object.keys(LAYERS).length; round++) {
    for (const [name, wanted] of Object.entries(LAYERS)) if (wanted.every((one) => settled.has(one))) settled.add(name);
  }
  assert.deepEqual([...settled].toSorted(), Object.keys(LAYERS).toSorted());
  for (const wanted of Object.values(LAYERS)) {
    assert.ok(!wanted.includes('server'));
    assert.ok(!wanted.includes('cli'));
  }
});

test('architecture: no file imports what its package may not', () => {
  assert.deepEqual(SOURCES.flatMap(judge), []);
});

const SEEDED: readonly (readonly [title: string, path: string, text: string])[] = [
  ['an upward import', 'packages/spec/src/a.ts', `import { Store } from '@slipway/control';`],
  ['an import of the composition root', 'packages/engine/src/a.ts', `import type { Server } from '@slipway/server';`],
  ['a re-export', 'packages/client/src/a.ts', `export * from '@slipway/engine';`],
  ['a dynamic import', 'packages/control/src/a.ts', `export const engine = await import('@slipway/engine-host');`],
  ['an import type', 'packages/control/src/a.ts', `export type T = import('@slipway/store').T;`],
  ['a deep import', 'packages/cli/src/a.ts', `import { x } from '@slipway/spec/src/errors.ts';`],
  ['a relative way into another package', 'packages/cli/src/a.ts', `import { x } from '../../spec/src/errors.ts';`],
  ['a relative way out of the packages', 'packages/cli/src/a.ts', `import { x } from '../../../tools/x.ts';`],
  ['a relative way in from the tools', 'tools/a.ts', `import { x } from '../packages/spec/src/errors.ts';`],
  ['test parts in a program', 'packages/store/src/a.ts', `import { x } from '@slipway/control/testing';`],
  ['a machine in the browser-safe contract', 'packages/spec/src/a.ts', `import { readFile } from 'node:fs/promises';`],
  ['HTTP in the brain', 'packages/control/src/a.ts', `import { request } from 'node:http';`],
  ['a process in the brain', 'packages/control/src/a.ts', `import { spawn } from 'node:child_process';`],
  ['SQL in the engine', 'packages/engine-host/src/a.ts', `import { DatabaseSync } from 'node:sqlite';`],
  ['a system call outside the kernel package', 'packages/build/src/a.ts', `import koffi from 'koffi';`],
];

for (const [title, path, text] of SEEDED) {
  test(`architecture: ${title} is found`, () => {
    assert.equal(judge({ path, text }).length, 1);
  });
}

test('architecture: allowed imports pass, and text that only looks like an import does not count', () => {
  const text = `/* import { spawn } from 'node:child_process'; */
    import { ERRORS } from '@slipway/spec';
    import { sibling } from './folder/sibling.ts';
    export const quoted = "import { x } from '@slipway/server'";
  `;
  assert.deepEqual(judge({ path: 'packages/control/src/a.ts', text }), []);
  assert.deepEqual(
    judge({ path: 'packages/store/src/a.test.ts', text: `import { x } from '@slipway/control/testing';` }),
    [],
  );
});

test('architecture: a built-in module is imported with its "node:" prefix', () => {
  const bare = SOURCES.flatMap((file) =>
    importsOf(file)
      .filter(({ specifier }) => isBuiltin(specifier) && !specifier.startsWith('node:'))
      .map(({ specifier }) => `${file.path}: "${specifier}"`),
  );
  assert.deepEqual(bare, []);
});

test('architecture: a package declares exactly the packages of ours it imports', () => {
  const manifests = readManifests();
  assert.ok(manifests.size > 0);
  for (const [owner, manifest] of manifests) {
    assert.equal(manifest.name, `@slipway/${owner}`);
    for (const name of Object.keys(manifest.dependencies ?? {}).filter((one) => one.startsWith('@slipway/'))) {
      assert.ok(LAYERS[owner]?.includes(name.slice('@slipway/'.length)), `${owner} declares ${name}`);
    }
  }
  for (const file of SOURCES) {
    const owner = packageOf(file.path);
    if (owner === undefined) continue;
    const { dependencies = {}, devDependencies = {} } = manifests.get(owner) ?? { name: '' };
    const declared = new Set([
      ...Object.keys(dependencies),
      ...(isTestFile(file.path) ? Object.keys(devDependencies) : []),
    ]);
    for (const { specifier } of importsOf(file)) {
      const name = /^@slipway\/[^/]+/.exec(specifier)?.[0];
      if (name === undefined || name === `@slipway/${owner}`) continue;
      assert.ok(declared.has(name), `${file.path} imports ${name}, which package "${owner}" does not declare`);
    }
  }
});
