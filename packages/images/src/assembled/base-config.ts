/** The image configuration as a file, as far as an image that is put on top of another carries it on. Source: OCI image spec. */
export interface BaseConfig {
  readonly created?: string;
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly config: {
    readonly Env?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>>;
    readonly ExposedPorts?: Readonly<Record<string, unknown>>;
    readonly User?: string;
    readonly WorkingDir?: string;
    /** Docker's alone: what a build on top of the image would carry out. */
    readonly OnBuild?: readonly string[] | null;
    readonly Shell?: readonly string[] | null;
    readonly [key: string]: unknown;
  };
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
  readonly history?: readonly Readonly<Record<string, unknown>>[];
}
