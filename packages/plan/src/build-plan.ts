/** A build plan is data: what the default builder found and what it will do. Decided purely, rendered purely, run elsewhere. */

export const PLAN_LANGUAGES = ['node', 'static', 'python'] as const;
export type PlanLanguage = (typeof PLAN_LANGUAGES)[number];

export type PlanStep =
  | { readonly kind: 'copy'; readonly from: readonly string[]; readonly to: string }
  /** One program with its arguments; no shell. */
  | { readonly kind: 'run'; readonly argv: readonly string[]; readonly environment?: Readonly<Record<string, string>> };

export interface BuildPlan {
  readonly language: PlanLanguage;
  /** One line for people: what was found and how it starts. */
  readonly summary: string;
  readonly base: string;
  readonly workingDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What changes rarely comes first, so that its layers are found again. */
  readonly steps: readonly PlanStep[];
  /** Empty: the base image's own command. */
  readonly command: readonly string[];
  /** Paths that are never copied. */
  readonly ignored: readonly string[];
}

/** What detection may look at: names, and the content of the few small files that decide. */
export interface SourceFacts {
  /** Every file, relative to the build's folder, `/` between folders. */
  readonly files: ReadonlySet<string>;
  /** Content of `package.json`, `Procfile` at the top, where they exist. */
  readonly packageJson?: string;
  readonly procfile?: string;
}

export type Detection =
  | { readonly found: true; readonly plan: BuildPlan }
  | { readonly found: false; readonly message: string };

/** Where apps of the default builder live, and who they run as: the user `app` of the platform's base images. */
export const APP_DIR = '/app';
export const APP_USER = '1001:1001';

/** A folder every build step may write and no image keeps: package managers' caches. Under /dev, which is never part of a layer. */
export const SCRATCH_DIR = '/dev/slipway/scratch';
