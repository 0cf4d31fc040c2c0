/**
 * Node.js: what a `package.json` (or a lone `server.js`) means. Dependencies are a layer of their own, keyed by
 * package.json and lockfile, so that changing the app's code never installs them again.
 */
import { APP_DIR, type BuildPlan, type Detection, type PlanStep, SCRATCH_DIR, type SourceFacts } from './build-plan.ts';
import { procfileCommand } from './procfile.ts';

export const NODE_BASE = 'slipway/node:24';
const ENTRY_FILES = ['index', 'server', 'app'].flatMap((name) =>
  ['js', 'mjs', 'cjs', 'ts'].map((suffix) => `${name}.${suffix}`),
);
const LOCKFILES = ['npm-shrinkwrap.json', 'package-lock.json'];
/** A start script of these words needs no shell: `node --flag dir/file.js arg`. */
const PLAIN_START = /^node( [\w./:=@,+-]+)+$/;

interface Manifest {
  readonly main?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly optionalDependencies?: object;
}

interface Start {
  readonly command: readonly string[];
  readonly shown: string;
  readonly needsBinPath: boolean;
}

/** undefined: nothing of Node.js here. */
export function detectNode(facts: SourceFacts): Detection | undefined {
  if (facts.packageJson === undefined) {
    const entry = ENTRY_FILES.find((file) => facts.files.has(file));
    if (entry === undefined) return undefined;
    return { found: true, plan: planFor({}, facts, procfileStart(facts) ?? nodeStart(entry)) };
  }
  const manifest = parseManifest(facts.packageJson);
  if (typeof manifest === 'string') return { found: false, message: manifest };
  const start = procfileStart(facts) ?? scriptStart(manifest) ?? entryStart(manifest, facts);
  if (start) return { found: true, plan: planFor(manifest, facts, start) };
  // Without a build script an index.html beside package.json is a site, and the caller goes on to that.
  if (!isScript(manifest, 'build') && facts.files.has('index.html')) return undefined;
  return {
    found: false,
    message:
      'Cannot find how to start the Node.js app: package.json has no "start" script and no "main", and there is no ' +
      'index.js, server.js or app.js. Add "scripts": { "start": "node <file>.js" } to package.json, or add a Dockerfile',
  };
}

function planFor(manifest: Manifest, facts: SourceFacts, start: Start): BuildPlan {
  const installed = hasEntries(manifest.dependencies) || hasEntries(manifest.optionalDependencies);
  const built = isScript(manifest, 'build');
  const lockfile = LOCKFILES.find((file) => facts.files.has(file));
  const steps: PlanStep[] = [];
  const needsInstall = installed || (built && hasEntries(manifest.devDependencies));
  if (needsInstall) {
    const from = ['package.json', ...(lockfile ? [lockfile] : []), ...(facts.files.has('.npmrc') ? ['.npmrc'] : [])];
    steps.push({ kind: 'copy', from, to: './' });
    steps.push(npm(lockfile ? 'ci' : 'install', built ? '--include=dev' : '--omit=dev'));
  }
  steps.push({ kind: 'copy', from: ['.'], to: './' });
  if (built) steps.push(npm('run', 'build'));
  if (built && needsInstall) steps.push(npm('prune', '--omit=dev'));
  return {
    language: 'node',
    summary: `Node.js app, start: ${start.shown}`,
    base: NODE_BASE,
    workingDir: APP_DIR,
    environment: {
      NODE_ENV: 'production',
      ...(start.needsBinPath ? { PATH: `${APP_DIR}/node_modules/.bin:$PATH` } : {}),
    },
    steps,
    command: start.command,
    ignored: needsInstall ? ['node_modules', '.git'] : ['.git'],
  };
}

function npm(...args: readonly string[]): PlanStep {
  const environment = {
    HOME: SCRATCH_DIR,
    npm_config_cache: `${SCRATCH_DIR}/npm`,
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
  return { kind: 'run', argv: ['npm', ...args], environment };
}

function procfileStart(facts: SourceFacts): Start | undefined {
  const command = procfileCommand(facts.procfile);
  return command === undefined ? undefined : lineStart(command);
}

function scriptStart(manifest: Manifest): Start | undefined {
  if (!isScript(manifest, 'start')) return undefined;
  // npm runs these around `start`; only npm itself does that right.
  if (isScript(manifest, 'prestart') || isScript(manifest, 'poststart')) {
    return { command: ['npm', 'start'], shown: 'npm start', needsBinPath: false };
  }
  return lineStart(String(manifest.scripts?.['start']).trim());
}

/** npm costs a cold start about 200 ms, so a plain `node …` runs directly and anything else in a shell. */
function lineStart(line: string): Start {
  if (PLAIN_START.test(line)) return { command: line.split(' '), shown: line, needsBinPath: false };
  return { command: ['/bin/sh', '-c', line], shown: line, needsBinPath: true };
}

function entryStart(manifest: Manifest, facts: SourceFacts): Start | undefined {
  const main = typeof manifest.main === 'string' ? manifest.main.replace(/^\.\//, '') : undefined;
  const named = main === undefined ? [] : [main, `${main}.js`, `${main}/index.js`];
  const entry = [...named, ...ENTRY_FILES].find((file) => facts.files.has(file));
  return entry === undefined ? undefined : nodeStart(entry);
}

function nodeStart(entry: string): Start {
  return { command: ['node', entry], shown: `node ${entry}`, needsBinPath: false };
}

function parseManifest(text: string): Manifest | string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
    return 'Cannot read package.json: it is not a JSON object. Correct it and build again';
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `Cannot read package.json: ${why.slice(0, 200)}. Correct it and build again`;
  }
}

function isScript(manifest: Manifest, name: string): boolean {
  const script = manifest.scripts?.[name];
  return typeof script === 'string' && script.trim() !== '';
}

function hasEntries(value: object | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
