/** A folder of files with an `index.html`: served as it is. */
import type { BuildPlan, SourceFacts } from './build-plan.ts';

export const STATIC_BASE = 'slipway/static:1';
/** Where the base image serves from. */
export const STATIC_DIR = '/srv/www';
const SITE_FOLDERS = ['', 'public/', 'dist/'];

export function detectStatic(facts: SourceFacts): BuildPlan | undefined {
  const folder = SITE_FOLDERS.find((candidate) => facts.files.has(`${candidate}index.html`));
  if (folder === undefined) return undefined;
  return {
    language: 'static',
    summary: folder === '' ? 'Static site, served from its root' : `Static site, served from ${folder}`,
    base: STATIC_BASE,
    workingDir: STATIC_DIR,
    environment: {},
    steps: [{ kind: 'copy', from: [folder === '' ? '.' : folder], to: './' }],
    command: [],
    ignored: ['.git', 'node_modules'],
  };
}
