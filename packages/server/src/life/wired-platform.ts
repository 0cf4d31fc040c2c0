/** What the daemon's life needs of the composed platform: `wire.ts` makes it of the real parts, tests of fakes. */
import type { Socket } from 'node:net';
import type { CertificateIssuer, Control, ControlLog, PlatformFacts } from '@slipway/control';
import type { PlatformConfig } from '@slipway/setup';
import type { Identity } from '../access/open-access.ts';
import type { RegistryTokenHandler } from '../http/http-server.ts';

export interface WiredPlatform {
  readonly control: Control;
  readonly identity: Identity;
  /** A certificate of the platform's own authority. */
  readonly issueOwn?: CertificateIssuer['own']['issue'];
  readonly registryToken?: RegistryTokenHandler;
  /** Told who takes the connections that instances make to the API. */
  readonly setApi?: (accept: (socket: Socket) => void) => void;
  /** Starts what the control plane builds on: the bundled registry. Called once the API's port is ours. */
  open(): Promise<void>;
  /** Lets go of engine, builder and store after the control plane stopped; workloads, proxy and registry run on. */
  release(): Promise<void>;
  /** Removes everything of the platform from the machine. Called instead of a start. */
  purge(): Promise<void>;
}

export type WirePlatform = (
  config: PlatformConfig,
  parts: { readonly facts: PlatformFacts; readonly log: ControlLog },
) => Promise<WiredPlatform>;
