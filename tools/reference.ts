/** Every generated page of the repository: its path and, from the code, its text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMMANDS, EXIT_CODES } from '@slipway/cli';
import * as spec from '@slipway/spec';
import { renderCliPage } from './cli-page.ts';
import { renderConfigPage, renderErrorsPage, renderLimitsPage } from './reference-pages.ts';
import { REPOSITORY_ROOT } from './repository.ts';

export async function renderReference(): Promise<ReadonlyMap<string, string>> {
  const limitsSource = await readSource('packages/spec/src/limits.ts');
  const configSource = await readSource('packages/setup/src/platform-config.ts');
  const commands = await Promise.all(
    COMMANDS.map(async ({ words, summary, load }) => {
      const { options, operands = [], examples = [], unavailable } = await load();
      return { words: words.join(' '), summary, operands, options: Object.values(options), examples, unavailable };
    }),
  );
  return new Map([
    ['docs/reference/cli.md', renderCliPage(commands, EXIT_CODES)],
    ['docs/reference/errors.md', renderErrorsPage(spec.ERRORS, spec.EXIT_CLASSES)],
    ['docs/reference/limits.md', renderLimitsPage(limitsSource, spec)],
    ['docs/reference/openapi.json', `${JSON.stringify(spec.renderOpenApi(), undefined, 2)}\n`],
    ['docs/reference/slipway.schema.json', `${JSON.stringify(spec.renderManifestSchema(), undefined, 2)}\n`],
    ['docs/reference/config.md', renderConfigPage(configSource, 'PlatformConfig')],
  ]);
}

function readSource(path: string): Promise<string> {
  return readFile(join(REPOSITORY_ROOT, path), 'utf8');
}
