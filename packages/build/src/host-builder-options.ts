import type { BuildWorkload } from '@slipway/engine';
import type { AssembledPusher, ContainerStorage } from '@slipway/images';

/** Everything the builder of one machine is told, and the few doors it has to the rest of the platform. */
export interface HostBuilderOptions {
  /** 1–5 characters [a-z0-9]; part of every network namespace, veth, nftables table and cgroup name. */
  readonly platformId: string;
  /** Survives reboots: build logs and the index of finished builds. */
  readonly stateDir: string;
  /** Gone after a reboot: network namespaces' mount points and what a running build needs. */
  readonly runDir: string;
  readonly storage: ContainerStorage;
  readonly network: BuildNetworkOptions;
  /** Range of host uids that root and users of a build are mapped to; without it builds run without a user namespace. */
  readonly users?: { readonly base: number; readonly count: number };
  /** Builds at once; default half the processors, at least one. */
  readonly concurrencyMax?: number;
  /** CA bundle (PEM) handed to build steps, read-only and not kept in the image; default the machine's own, null for none. */
  readonly caBundlePath?: string | null;
  /** Environment of build steps that the image does not keep: package registries, proxies. */
  readonly stepEnvironment?: Readonly<Record<string, string>>;
  /** Text of an auth file that opens one project's part of the bundled registry and nothing else. */
  readonly renderProjectAuth: (repositoryPrefix: string) => string;
  /** Makes a platform base image (`slipway/node:24`) be in the store and returns how the store knows it. */
  readonly ensureBaseImage: (
    name: string,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<{ readonly reference: string; readonly imageId: string }>;
  /** Pushes an image of the store; returns the manifest's `sha256:…`. */
  readonly pushImage: (push: {
    readonly imageId: string;
    readonly destination: string;
    readonly signal: AbortSignal;
  }) => Promise<string>;
  /** Pushes what was assembled without a program, where that is possible. */
  readonly pushAssembled: AssembledPusher;
  /** Takes everything below one project's part of the bundled registry out of it. */
  readonly removeRepositories: (repositoryPrefix: string) => Promise<void>;
  readonly recordDigest: (pinnedReference: string, imageId: string) => Promise<void>;
  /** Room on the platform for one build; resolves with what gives it back. `onWait` is told why it is not there yet. */
  readonly reserveRoom: (
    build: BuildWorkload,
    options: { readonly signal: AbortSignal; readonly onWait: (why: string) => void },
  ) => Promise<() => void>;
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}

export interface BuildNetworkOptions {
  /** Range for the build namespaces, four addresses each, e.g. `10.204.255.0/24`. */
  readonly cidr: string;
  /** Resolvers of build steps; default the machine's own that are not loopback. */
  readonly dnsServers?: readonly string[];
  /** Private addresses or ranges that build steps may reach all the same, e.g. a company's package mirror. */
  readonly allowedCidrs?: readonly string[];
}
