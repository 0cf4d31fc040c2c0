/**
 * What we change in the OCI configuration buildah writes for one RUN step. Environment for the step that the image must
 * not keep cannot be had from buildah itself, nor can it leave out ambient capabilities. Pure; `step-runtime.ts` applies it.
 */

/** Handed to the runtime by the builder, as JSON in a file. */
export interface StepSettings {
  readonly environment: Readonly<Record<string, string>>;
}

/** The part of the OCI runtime specification that is touched. */
export interface OciConfig {
  readonly process: {
    readonly env?: readonly string[];
    readonly capabilities?: Readonly<Record<string, readonly string[]>>;
  };
  readonly [key: string]: unknown;
}

export function withStepSettings(config: OciConfig, settings: StepSettings): OciConfig {
  const present = new Set((config.process.env ?? []).map((entry) => entry.split('=', 1)[0]));
  const added = Object.entries(settings.environment)
    .filter(([name]) => !present.has(name))
    .map(([name, value]) => `${name}=${value}`);
  return {
    ...config,
    process: {
      ...config.process,
      env: [...(config.process.env ?? []), ...added],
      // With ambient capabilities a step under USER would keep root's rights.
      capabilities: { ...config.process.capabilities, ambient: [] },
    },
  };
}
