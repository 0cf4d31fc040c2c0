/** Decides what an uploaded folder is. The order is the promise: Node.js, a static site, Python; else what was looked for. */
import type { Detection, SourceFacts } from './build-plan.ts';
import { detectNode } from './node-plan.ts';
import { detectPython } from './python-plan.ts';
import { detectStatic } from './static-plan.ts';

const NAMES_SHOWN_MAX = 8;

export function detectPlan(facts: SourceFacts): Detection {
  if (facts.files.size === 0) {
    const message = 'Cannot build an empty folder: it holds no file. Add an index.html, a package.json or a Dockerfile';
    return { found: false, message };
  }
  // A lone script beside an index.html belongs to the site; only package.json makes it an app.
  const isSite = facts.packageJson === undefined && facts.files.has('index.html');
  const node = isSite ? undefined : detectNode(facts);
  if (node) return node;
  const site = detectStatic(facts);
  if (site) return { found: true, plan: site };
  return detectPython(facts) ?? { found: false, message: nothingFound(facts.files) };
}

function nothingFound(files: ReadonlySet<string>): string {
  return (
    'Cannot tell what to build: looked for package.json, index.js, server.js and app.js (Node.js), for index.html at the ' +
    'root, in public/ or in dist/ (static site), and for requirements.txt, main.py and app.py (Python); ' +
    `found ${describeFiles(files)}. Add one of these, or add a Dockerfile and build with strategy "dockerfile"`
  );
}

/** The top of a folder in a few words: its first names, and how many more there are. */
export function describeFiles(files: ReadonlySet<string>): string {
  const names = new Set<string>();
  for (const file of files) {
    const slash = file.indexOf('/');
    names.add(slash === -1 ? file : file.slice(0, slash + 1));
  }
  const sorted = [...names].toSorted();
  const shown = sorted.slice(0, NAMES_SHOWN_MAX).join(', ');
  const more = sorted.length - NAMES_SHOWN_MAX;
  if (sorted.length === 0) return 'no file';
  return more > 0 ? `${shown} and ${more} more` : shown;
}
