/** Every generated page of the repository: its path and, from the code, its text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as spec from '@slipway/spec';
import { renderConfigPage, renderErrorsPage, renderLimitsPage } from './reference-pages.ts';
import { REPOSITORY_ROOT } from './repository.ts';

export async function renderReference(): Promise<ReadonlyMap<string, string>> {
  const limitsSource = await readSource('packages/spec/src/limits.ts');
  const configSource = await readSource('packages/setup/src/platform-config.ts');
  return new Map([
    ['docs/reference/errors.md', renderErrorsPage(spec.ERRORS, spec.EXIT_CLASSES)],
    ['docs/reference/limits.md', renderLimitsPage(limitsSource, spec)],
    ['docs/reference/openapi.json', `${JSON.stringify(spec.renderOpenApi(), null, 2)}\n`],
    ['docs/reference/openapi.json', `${JSON.stringify(spec.renderOpenApi(), undefined, 2)}\n`],
    ['docs/reference/config.md', renderConfigPage(configSource, 'PlatformConfig')],
  ]);
}

function readSource(path: string): Promise<string> {
  return readFile(join(REPOSITORY_ROOT, path), 'utf8');
}
