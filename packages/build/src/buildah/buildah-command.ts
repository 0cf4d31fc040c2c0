/**
 * The argument list of one `buildah build`. Everything that makes the sandbox and the reproducible image is visible here:
 * a golden test guards it.
 */
export interface BuildahBuild {
  readonly contextDir: string;
  readonly dockerfilePath: string;
  readonly ignoreFilePath?: string;
  readonly imageIdPath: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly runtimePath: string;
  readonly networkNamespacePath: string;
  readonly cgroupParent: string;
  /** Read-only and writable folders or files of the machine that steps see, not kept in the image. */
  readonly volumes: readonly { readonly from: string; readonly to: string; readonly writable: boolean }[];
  readonly registriesConfPath: string;
  readonly policyPath: string;
  readonly authFilePath: string;
}

export function buildahBuildArgv(build: BuildahBuild): readonly [string, ...string[]] {
  return [
    // buildah fetches what ADD names; it must reach no more than the steps do.
    'nsenter',
    `--net=${build.networkNamespacePath}`,
    '--',
    'buildah',
    `--registries-conf=${build.registriesConfPath}`,
    'build',
    '--layers',
    // Working containers go away however the build ends.
    '--force-rm',
    // All base images are in the store already; what is not must not be looked for.
    '--pull=never',
    '--isolation=oci',
    `--runtime=${build.runtimePath}`,
    `--network=ns:${build.networkNamespacePath}`,
    `--cgroup-parent=${build.cgroupParent}`,
    // One moment for every file and every history entry: the image depends on the content alone.
    '--timestamp=0',
    '--identity-label=false',
    '--format=oci',
    `--signature-policy=${build.policyPath}`,
    `--authfile=${build.authFilePath}`,
    `--iidfile=${build.imageIdPath}`,
    ...build.volumes.map(({ from, to, writable }) => `--volume=${from}:${to}:${writable ? 'rw' : 'ro'}`),
    ...sorted(build.labels).map(([name, value]) => `--label=${name}=${value}`),
    ...sorted(build.annotations).map(([name, value]) => `--annotation=${name}=${value}`),
    ...sorted(build.buildArguments).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...(build.ignoreFilePath === undefined ? [] : [`--ignorefile=${build.ignoreFilePath}`]),
    `--file=${build.dockerfilePath}`,
    build.contextDir,
  ];
}

function sorted(values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(values).toSorted(([left], [right]) => (left < right ? -1 : 1));
}
