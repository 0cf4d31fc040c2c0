/**
 * What each base image is made of: pure data from the machine's distribution and Node version. A recipe's key is the
 * hash of everything that goes into it, so a cached image is used exactly as long as it would be composed the same way.
 */
import { createHash } from 'node:crypto';
import type { Distribution } from './apt-sources.ts';

export const BASE_IMAGE_KINDS = ['base', 'node', 'python', 'static'] as const;
export type BaseImageKind = (typeof BASE_IMAGE_KINDS)[number];

/** Raised when the way of composing changes without a change in a recipe's data. */
const RECIPE_VERSION = 3;
export const NPM_VERSION = '11.21.2';
/** Where `slipway/static` looks for the site. */
export const STATIC_SITE_DIR = '/srv/www';
/** The user that apps run as: made in every base image, the default only in `slipway/static`. */
export const APP_USER_ID = 1001;

export interface Machine {
  readonly distribution: Distribution;
  /** `deb …` lines; empty means the distribution's default mirror. */
  readonly aptSources: readonly string[];
  /** SHA-256 over the machine's own additional certificate authorities; '' without any. */
  readonly extraCaSha256: string;
  /** Node's `process.version`, e.g. `v24.21.0`, and `process.arch`. */
  readonly nodeVersion: string;
  readonly arch: string;
}

export interface ImageSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  readonly port?: number;
  readonly workingDir?: string;
}

export interface BaseRecipe {
  readonly kind: BaseImageKind;
  /** The first is the one to write in a Dockerfile. */
  readonly tags: readonly string[];
  readonly key: string;
  readonly aptPackages: readonly string[];
  /** Commands in the new image after the packages are there. */
  readonly commands: readonly (readonly string[])[];
  /** Files of this package's `assets` folder, and where they go. */
  readonly files: readonly (readonly [string, string])[];
  readonly settings: ImageSettings;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function recipeFor(kind: BaseImageKind, machine: Machine): BaseRecipe {
  const version = versionOf(kind, machine);
  const content = contentOf(kind, machine);
  const parentKey = kind === 'base' ? '' : recipeFor('base', machine).key;
  const own = kind === 'node' ? [machine.nodeVersion, NPM_VERSION] : [];
  const { distribution, aptSources, extraCaSha256, arch } = machine;
  const ingredients = [RECIPE_VERSION, kind, parentKey, distribution, aptSources, extraCaSha256, arch, own, content];
  const key = createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 16);
  return { kind, tags: [version, 'latest'], key, ...content };
}

function versionOf(kind: BaseImageKind, machine: Machine): string {
  switch (kind) {
    case 'base':
      return machine.distribution.version;
    case 'node':
      return /^v(\d+)/.exec(machine.nodeVersion)?.[1] ?? machine.nodeVersion;
    case 'python':
      return '3';
    case 'static':
      return '1';
    default:
      return kind satisfies never;
  }
}

function contentOf(
  kind: BaseImageKind,
  machine: Machine,
): Pick<BaseRecipe, 'aptPackages' | 'commands' | 'files' | 'settings'> {
  const environment = { PATH, LANG: 'C.UTF-8', PORT: '8080' };
  switch (kind) {
    case 'base':
      return { aptPackages: [], commands: [], files: [], settings: { environment, command: ['/bin/sh'] } };
    case 'node': {
      // Node brings its own list of authorities; it must also trust what the machine trusts.
      const trust = machine.extraCaSha256 === '' ? {} : { NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt' };
      return {
        aptPackages: [],
        commands: [],
        files: [],
        settings: { environment: { ...environment, ...trust }, command: ['node'] },
      };
    }
    case 'python':
      return {
        aptPackages: ['python3', 'python3-pip', 'python3-venv'],
        // Debian's Python refuses `pip install` outside a virtual environment.
        commands: [['python3', '-m', 'venv', '/opt/venv']],
        files: [],
        settings: {
          environment: {
            ...environment,
            PATH: `/opt/venv/bin:${PATH}`,
            VIRTUAL_ENV: '/opt/venv',
            PYTHONUNBUFFERED: '1',
            PIP_NO_CACHE_DIR: '1',
            PIP_DISABLE_PIP_VERSION_CHECK: '1',
          },
          command: ['python3'],
        },
      };
    case 'static':
      return {
        aptPackages: ['nginx-light'],
        commands: [
          ['rm', '-rf', '/var/www', '/etc/nginx/sites-enabled', '/var/log/nginx/access.log'],
          // nginx opens this file before it has read where errors really go.
          ['ln', '-sf', '/dev/null', '/var/log/nginx/error.log'],
          ['mkdir', '-p', STATIC_SITE_DIR],
        ],
        files: [
          ['serve-static', '/usr/local/bin/serve-static'],
          ['static.conf', '/etc/slipway/static.conf'],
        ],
        settings: {
          environment,
          entrypoint: ['/usr/local/bin/serve-static'],
          command: [],
          user: `${APP_USER_ID}:${APP_USER_ID}`,
          port: 8080,
          workingDir: STATIC_SITE_DIR,
        },
      };
    default:
      return kind satisfies never;
  }
}

/** `slipway/node:24` or `localhost/slipway/node:24` → its recipe; undefined for a name or tag that is not composed. */
export function recipeOfName(name: string, machine: Machine): BaseRecipe | undefined {
  const match = /^(?:localhost\/)?slipway\/([a-z]+)(?::([\w.-]+))?$/.exec(name);
  const kind = BASE_IMAGE_KINDS.find((one) => one === match?.[1]);
  if (kind === undefined) return undefined;
  const recipe = recipeFor(kind, machine);
  return recipe.tags.includes(match?.[2] ?? 'latest') ? recipe : undefined;
}

/** All names of the composed image in the store; the last tells exactly which recipe it was made from. */
export function namesOf(recipe: BaseRecipe): readonly [string, ...string[]] {
  const names = [...recipe.tags, keyTag(recipe)].map((tag) => `localhost/slipway/${recipe.kind}:${tag}`);
  return names as [string, ...string[]];
}

function keyTag(recipe: BaseRecipe): string {
  return `${recipe.tags[0] ?? 'latest'}-${recipe.key}`;
}

export function exactNameOf(recipe: BaseRecipe): string {
  return `localhost/slipway/${recipe.kind}:${keyTag(recipe)}`;
}
