/**
 * One platform on this machine: its name, folders, ports and ranges. Written once as `platform.json` at the first `up`,
 * read by the server and by the command line. Two platforms differ in every value and never meet.
 */
import type { PlatformRole, ProjectRole } from '@slipway/spec';

/** `fast` acts on requests in flight and queued now; `knative` decides as Knative's autoscaler does. */
export const SCALER_MODES = ['fast', 'knative'] as const;
export type ScalerMode = (typeof SCALER_MODES)[number];

export interface PlatformConfig {
  /** `default`, or the name given with `--platform`. */
  readonly name: string;
  /** 1–5 characters [a-z0-9], part of every kernel object's name. */
  readonly platformId: string;
  readonly stateDir: string;
  readonly runDir: string;
  /** Machine-wide, shared by all platforms: composed base images. */
  readonly cacheDir: string;
  readonly api: { readonly address: string; readonly port: number };
  readonly http: { readonly address: string; readonly port: number };
  readonly https: HttpsSettings;
  /** A public authority that gives certificates; without it the platform has its own authority alone. */
  readonly acme?: AcmeSettings;
  /** The listener of private apps; absent: there is none, and their own project alone reaches them. */
  readonly privateEntry?: { readonly address: string; readonly port: number };
  readonly registry: { readonly address: string; readonly port: number };
  /** Host suffix of app URLs. */
  readonly domain: string;
  readonly network: {
    readonly cidr: string;
    readonly projectPrefix: number;
    readonly dnsUpstreams: readonly string[];
    /** Private ranges that projects may reach: those with these ids, or all. Written by hand, read at the start. */
    readonly openRanges?: readonly { readonly cidr: string; readonly projects?: readonly string[] }[];
  };
  readonly users: { readonly base: number; readonly perProject: number; readonly allowHostUsers: boolean };
  readonly slotCount: number;
  /** Disk for images that no revision uses; the longest unused go first. */
  readonly imageBudgetBytes: number;
  /**
   * What may be given away in configured sizes, to instances and builds together; 0 means: by what the machine has. CPU is
   * in thousandths of a core.
   */
  readonly capacity: { readonly cpuMillis: number; readonly memoryBytes: number };
  /** Memory for frozen instances and created sandboxes of sleeping apps; 0 is none, absent a tenth of the machine's. */
  readonly standbyMemoryBytes?: number;
  /** How long a deleted project can be restored; with 0 it is deleted for good at once. */
  readonly projectRetentionMs: number;
  /** How long audit records are kept, if they do not become too many; 0 keeps none for long. */
  readonly auditRetentionMs: number;
  /** Requests to the API that one user may send in a second, and ten times as many at once. */
  readonly requestsPerSecond: number;
  /** `sqlite:` (in the state folder) or `postgres://…`; the password of the latter comes from a file. */
  readonly store: { readonly kind: 'sqlite' } | { readonly kind: 'postgres'; readonly urlFile: string };
  readonly registryMirrors: readonly {
    readonly prefix: string;
    readonly location: string;
    readonly insecure: boolean;
  }[];
  readonly startDeadlineMs: number;
  /** Scaler windows; shorter ones make tests and demos quick. Without a mode: `fast`. */
  readonly scaling: {
    readonly mode?: ScalerMode;
    readonly stableWindowMs: number;
    readonly scaleToZeroGraceMs: number;
  };
  /** What is observed of requests; absent: nothing. */
  readonly observe?: ObserveSettings;
  /** Log-in with an outside OpenID Connect provider; written by hand, read at the start. */
  readonly oidc?: {
    /** As the provider's tokens name it; an https address. */
    readonly issuer: string;
    readonly clientId: string;
    /** Whom its tokens must be meant for; the client id without it. */
    readonly audience?: string;
    /** The claim with the values that `roles` maps; `groups` without it. */
    readonly rolesClaim?: string;
    /** A value of the claim → a role on the platform, and roles in projects by their ids. */
    readonly roles?: Readonly<Record<string, MappedRoles>>;
  };
}

export const REDIRECT_MODES = ['auto', 'on', 'off'] as const;
export const URL_SCHEMES = ['auto', 'http', 'https'] as const;

export interface HttpsSettings {
  /** Empty: the same as of plain HTTP. */
  readonly address: string;
  /** 0: no HTTPS. */
  readonly port: number;
  /** Whether plain requests are sent to HTTPS. `auto`: when a public authority gives certificates for the apps' hosts. */
  readonly redirect: (typeof REDIRECT_MODES)[number];
  /** What URLs of apps say. `auto`: https when a client of this machine trusts the certificate. */
  readonly urls: (typeof URL_SCHEMES)[number];
}

export interface AcmeSettings {
  /** Where the authority tells of trouble. */
  readonly email: string;
  readonly directory: string;
  /** A program that answers DNS-01 challenges, which wildcards need. */
  readonly dnsHook?: string;
  /** Certificates that the authority's own HTTPS is trusted by, beside the usual ones. */
  readonly caFile?: string;
}

export interface ObserveSettings {
  /** `auto`: traces when there is an endpoint, else nothing. */
  readonly requests: 'auto' | 'off' | 'metrics' | 'traces';
  /** Of a collector that takes OTLP over HTTP; `/v1/traces` and `/v1/metrics` are put behind it. */
  readonly otlpEndpoint?: string;
  /** Headers for it, e.g. a token, as `name: value`, one a line; read for every request. */
  readonly otlpHeadersFile?: string;
  /** Of requests that say nothing of it themselves, from 0 to 1; 0.01 without it. */
  readonly traceRatio?: number;
}

export type OidcConfig = NonNullable<PlatformConfig['oidc']>;

export interface MappedRoles {
  readonly platform?: PlatformRole;
  /** Project id → role. */
  readonly projects?: Readonly<Record<string, ProjectRole>>;
}
