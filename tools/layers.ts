/**
 * Who may import whom: the one table of the architecture. `architecture.test.ts` judges the whole repository by it, the
 * lint plug-in shows the same findings in the editor.
 */
import { join } from 'node:path/posix';

/** Package → packages of ours it may import. What is not listed is forbidden; nobody imports `server` or `cli`. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  spec: [],
  plan: [],
  process: [],
  kernel: [],
  client: ['spec'],
  engine: ['spec'],
  images: ['engine', 'process', 'spec'],
  tls: ['process'],
  build: ['engine', 'images', 'kernel', 'plan', 'process', 'spec'],
  'engine-host': ['engine', 'images', 'kernel', 'process', 'spec'],
  control: ['engine', 'spec'],
  store: ['control', 'spec'],
  setup: ['process', 'spec'],
  cli: ['client', 'plan', 'setup', 'spec'],
  server: [
    'build',
    'client',
    'control',
    'engine',
    'engine-host',
    'images',
    'kernel',
    'process',
    'setup',
    'spec',
    'store',
    'tls',
  ],
};

/** Modules a package must not ask for, with the reason. Tests are free: they may need a machine. */
const BANS: readonly { readonly packages: readonly string[]; readonly module: RegExp; readonly reason: string }[] = [
  { packages: ['spec', 'client'], module: /^node:/, reason: 'runs in a browser too' },
  {
    packages: ['control'],
    module: /^(node:(https?|http2|net|child_process|sqlite)|fastify|kysely|pg)$/,
    reason: 'the brain knows no HTTP, no SQL and no processes',
  },
  {
    packages: ['engine'],
    module: /^node:(https?|http2|net|child_process|sqlite|fs|fs\/promises)$/,
    reason: 'the seam describes, it does not act',
  },
  {
    packages: ['engine-host', 'build', 'images'],
    module: /^(fastify|kysely|pg|node:sqlite)$/,
    reason: 'engines know neither the public API nor the store',
  },
  {
    packages: Object.keys(LAYERS).filter((name) => name !== 'kernel'),
    module: /^koffi$/,
    reason: 'only "kernel" makes system calls',
  },
];

export interface LayerFinding {
  readonly specifier: string;
  readonly message: string;
}

export function isTestFile(path: string): boolean {
  return /(\.test\.ts|\/testing\.ts|\/conformance\.ts)$/.test(path) || /\/(testing|fixtures)\//.test(path);
}

/** The package a file belongs to, e.g. `engine-host`; undefined outside `packages/`. */
export function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\/src\//.exec(path)?.[1];
}

/** Judges one import of one file (path relative to the repository); undefined when it is allowed. */
export function judgeImport(path: string, specifier: string): LayerFinding | undefined {
  const owner = packageOf(path);
  const refuse = (message: string): LayerFinding => ({ specifier, message });
  if (specifier.startsWith('.')) {
    const target = join(path, '..', specifier);
    if (owner === undefined) {
      return packageOf(target) ? refuse('reaches into a package: import "@slipway/<name>"') : undefined;
    }
    if (packageOf(target) !== owner) return refuse(`leaves package "${owner}": import "@slipway/<name>"`);
    return undefined;
  }
  const ours = /^@slipway\/([^/]+)(\/.*)?$/.exec(specifier);
  if (!ours) return judgeForeign(path, owner, specifier);
  const [, wanted = '', deep] = ours;
  if (deep !== undefined && deep !== '/testing') return refuse('is a deep import: import the root of the package');
  if (deep === '/testing' && !isTestFile(path) && owner !== undefined) return refuse('is for tests only');
  if (owner === undefined || wanted === owner) return undefined;
  if (LAYERS[owner]?.includes(wanted)) return undefined;
  return refuse(`is not allowed: package "${owner}" may import ${LAYERS[owner]?.join(', ') || 'none of ours'}`);
}

function judgeForeign(path: string, owner: string | undefined, specifier: string): LayerFinding | undefined {
  if (owner === undefined || isTestFile(path)) return undefined;
  const ban = BANS.find((entry) => entry.packages.includes(owner) && entry.module.test(specifier));
  return ban && { specifier, message: `is not allowed in package "${owner}": ${ban.reason}` };
}
