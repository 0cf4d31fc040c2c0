/** Everything the host engine is told. Two platforms on one machine differ in all of it and never meet. */

import type { Capacity } from '@slipway/engine';
import type { HttpsConfig } from './proxy/haproxy-config.ts';
import type { ObserveConfig } from './proxy/observe-rules.ts';
import type { OtlpTarget } from './telemetry/otlp-exporter.ts';

export interface HostEngineConfig {
  /** 1–5 characters [a-z0-9]; part of every bridge, veth, nftables table, cgroup and network namespace name. */
  readonly platformId: string;
  /** Survives reboots: project allocations, instance records, logs. */
  readonly stateDir: string;
  /** Gone after a reboot (tmpfs): sockets, pid files, crun state, mounts. */
  readonly runDir: string;
  readonly http: {
    readonly address: string;
    readonly port: number;
  };
  /** Without it there is no HTTPS. */
  readonly https?: HttpsConfig;
  /** A certificate that instances trust beside those of their images; without it they trust those alone. */
  readonly authorityFile?: string;
  /** The listener of apps that are private; absent: their own project reaches them, nobody else. */
  readonly privateEntry?: {
    readonly address: string;
    readonly port: number;
  };
  /** Apps that can be awake at once: the number of HAProxy backends. */
  readonly slotCount: number;
  readonly network: {
    /** The platform's whole range, e.g. `10.208.0.0/12`; a project gets one block of `projectPrefix` bits. */
    readonly cidr: string;
    readonly projectPrefix: number;
    /** Resolvers handed to instances' DNS; empty means the host's own. */
    readonly dnsUpstreams: readonly string[];
  };
  /** Where instances reach the API: a name in their hosts file, which is their gateway. Absent: they do not. */
  readonly instanceApi?: { readonly host: string; readonly port: number };
  readonly users: {
    /** First host uid of project 0; project n gets `base + n * perProject` onward. */
    readonly base: number;
    readonly perProject: number;
    /** Run without a user namespace where idmapped mounts are missing. Off unless the operator says so. */
    readonly allowHostUsers: boolean;
  };
  readonly instanceLog: {
    readonly fileBytesMax: number;
    readonly filesPerInstanceMax: number;
    readonly instancesPerAppMax: number;
  };
  /** What may be given away, in configured sizes. */
  readonly capacity: Capacity;
  /** What may stand by between zero and running, frozen instances and created sandboxes together; 0 for none. */
  readonly standbyMemoryBytes: number;
  /** Absent: no request is observed, and none pays for it. */
  readonly observe?: ObserveConfig & {
    /** Where spans and metrics are sent; absent: nowhere. */
    readonly otlp?: OtlpTarget;
  };
  /** How long a new instance may take until it listens. */
  readonly startDeadlineMs: number;
}
