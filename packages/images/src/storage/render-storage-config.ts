/**
 * The texts that tell buildah and skopeo where this platform's images live and how registries are reached:
 * containers-storage.conf(5), registries.conf(5), policy.json(5) and the auth file. Pure; `prepareContainerStorage`
 * writes them. Nothing of the machine's own /etc/containers takes part, so two platforms never meet.
 */

export interface BundledRegistry {
  /** `host:port`, plain http on loopback. */
  readonly address: string;
}

export interface RegistryRoute {
  /** A registry or a prefix of repositories, e.g. `docker.io` or `registry.example.com/team`. */
  readonly prefix: string;
  /** Tried in order before the registry itself. */
  readonly mirrors: readonly { readonly location: string; readonly insecure?: boolean }[];
  /** Reached by plain http, or with a certificate nobody vouches for. */
  readonly insecure?: boolean;
}

export interface RegistryLogin {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** Short names of the base images that the platform composes; they never come from a network. */
export const BASE_IMAGE_REPOSITORIES = ['slipway/base', 'slipway/node', 'slipway/python', 'slipway/static'] as const;

/** TOML basic strings take JSON's escapes for everything that can occur in a path or a host name. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/**
 * `metacopy` stays off and no layer is partial: instances mount the layers' `diff` folders by themselves, so each must
 * hold complete files.
 */
export function renderStorageConf(paths: { readonly graphRoot: string; readonly runRoot: string }): string {
  return [
    '[storage]',
    'driver = "overlay"',
    `graphroot = ${quote(paths.graphRoot)}`,
    `runroot = ${quote(paths.runRoot)}`,
    '',
    '[storage.options]',
    'additionalimagestores = []',
    'pull_options = {enable_partial_images = "false", use_hard_links = "false"}',
    '',
    '[storage.options.overlay]',
    'mountopt = "nodev,metacopy=off"',
    // Otherwise each call leaves a bind mount of the layers' folder behind in whoever's mount namespace it ran.
    'skip_mount_home = "true"',
    '',
  ].join('\n');
}

export function renderRegistriesConf(options: {
  readonly bundled: BundledRegistry;
  readonly routes: readonly RegistryRoute[];
}): string {
  const bundled: RegistryRoute = { prefix: options.bundled.address, mirrors: [], insecure: true };
  return [
    'unqualified-search-registries = ["docker.io"]',
    'short-name-mode = "disabled"',
    '',
    ...[bundled, ...options.routes].flatMap(renderRoute),
    '[aliases]',
    ...BASE_IMAGE_REPOSITORIES.map((name) => `${quote(name)} = ${quote(`localhost/${name}`)}`),
    '',
  ].join('\n');
}

function renderRoute(route: RegistryRoute): readonly string[] {
  return [
    '[[registry]]',
    `prefix = ${quote(route.prefix)}`,
    `location = ${quote(route.prefix)}`,
    `insecure = ${route.insecure === true}`,
    ...route.mirrors.flatMap((mirror) => [
      '[[registry.mirror]]',
      `location = ${quote(mirror.location)}`,
      `insecure = ${mirror.insecure === true}`,
    ]),
    '',
  ];
}

/** Signatures are not demanded: an image is trusted by the digest it is pinned to. */
export function renderPolicy(): string {
  return `${JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }, undefined, 2)}\n`;
}

/** containers-auth.json(5). The content is a secret: its file has mode 0600 and its text goes into no log. */
export function renderAuthFile(logins: readonly RegistryLogin[]): string {
  const auths = Object.fromEntries(
    logins.map((login) => [
      login.server,
      { auth: Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64') },
    ]),
  );
  return `${JSON.stringify({ auths }, undefined, 2)}\n`;
}

const PASSED_ON = [
  'PATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'http_proxy',
  'https_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

/**
 * The environment of buildah and skopeo: only what is named here reaches them. The bundled registry is never asked
 * through a proxy.
 */
export function storageEnvironment(
  paths: {
    readonly storageConfPath: string;
    readonly registriesConfPath: string;
    readonly authFilePath: string;
    readonly homeDir: string;
    readonly temporaryDir: string;
  },
  machine: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = machine[name];
    if (value !== undefined) environment[name] = value;
  }
  const noProxy = [machine['NO_PROXY'] ?? machine['no_proxy'], 'localhost,127.0.0.1,::1'].filter(Boolean).join(',');
  return {
    ...environment,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    HOME: paths.homeDir,
    TMPDIR: paths.temporaryDir,
    CONTAINERS_STORAGE_CONF: paths.storageConfPath,
    CONTAINERS_REGISTRIES_CONF: paths.registriesConfPath,
    REGISTRY_AUTH_FILE: paths.authFilePath,
  };
}
