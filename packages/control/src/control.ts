/**
 * The brain as its callers see it: one function per operation of the table, and a life. It knows no HTTP, no SQL, no
 * container runtime; they come in through `ControlParts`.
 */
import type { Builder, Engine, OpenRange } from '@slipway/engine';
import type { Body, OperationId, PathParams, Query, Returns } from '@slipway/spec';
import type { AccessDirectory } from './access/access-directory.ts';
import type { AccessGuard } from './access/access-guard.ts';
import type { ServiceTokenIssuer } from './access/service-tokens.ts';
import type { AuditStore } from './audit/audit-store.ts';
import type { AuditTrail } from './audit/audit-trail.ts';
import type { Caller } from './caller.ts';
import type { CertificateIssuer } from './certificates/certificate-issuer.ts';
import type { SecretBox } from './secret-box.ts';
import type { SourceStore } from './source-store.ts';
import type { Store } from './store.ts';
import type { UsageStore } from './usage/usage-store.ts';

export interface Call<Id extends OperationId> {
  readonly params: PathParams<Id>;
  readonly query: Query<Id>;
  /** Already validated against the operation's schema. For `createSource` the archive as a stream of bytes. */
  readonly body: Id extends 'createSource' ? AsyncIterable<Uint8Array> : Body<Id>;
  /** The If-Match header of operations that need it: an entity tag or `*`. */
  readonly ifMatch?: string;
  /** The Last-Event-ID header of operations that watch. */
  readonly lastEventId?: string;
  readonly caller: Caller;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

/** Throws Refusal for every "no" the caller can act on. */
export type OperationHandler<Id extends OperationId> = (call: Call<Id>) => Promise<Returns<Id>>;
export type OperationHandlers = { readonly [Id in OperationId]: OperationHandler<Id> };

/** Facts of this installation that appear in resources. */
export interface PlatformFacts {
  readonly platformName: string;
  readonly region: string;
  readonly accountId: string;
  /** Host suffix of public URLs, e.g. `localhost`; an app answers on `<app>.<subdomain>.<domain>`. */
  readonly domain: string;
  /** `http://…:8080` has port 8080; 80 and 443 are left out of URLs. */
  readonly httpPort: number;
  /** Absent: no URL says https. */
  readonly https?: {
    readonly port: number;
    /** Clients of this machine trust the platform's own certificates now. */
    readonly isTrusted: () => boolean;
  };
  /** Port of the listener of private apps; absent: there is none. */
  readonly privatePort?: number;
  /** Private ranges that projects may reach. */
  readonly openRanges: readonly OpenRange[];
  /** Base of `href`, e.g. `http://127.0.0.1:8780/v2`. */
  readonly apiBaseUrl: string;
  /** Where instances reach the API, without `/v2`; a name that means something to them alone. */
  readonly instanceApiUrl: string;
  /** Host and port of the bundled registry, e.g. `localhost:8781`. */
  readonly registry: string;
}

export interface Clock {
  now(): Date;
  /** Calls back after `delayMs`; the returned function cancels. What has time may come up to half a minute later, with others. */
  after(delayMs: number, callback: () => void, options?: { readonly hasTime?: boolean }): () => void;
}

export interface ControlLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

export interface ControlParts {
  readonly store: Store;
  readonly usageStore: UsageStore;
  readonly auditStore: AuditStore;
  readonly sources: SourceStore;
  readonly secretBox: SecretBox;
  readonly engine: Engine;
  readonly builder: Builder;
  /** For tokens of what runs. */
  readonly serviceTokens: ServiceTokenIssuer;
  readonly certificateIssuer: CertificateIssuer;
  readonly facts: PlatformFacts;
  readonly clock: Clock;
  /** Random lower-case letters and digits, for ids and name suffixes. */
  readonly randomText: (length: number) => string;
  readonly log: ControlLog;
  /** Of the process that the control plane lives in. */
  readonly processUsage: () => ProcessUsage;
  /** The addresses of this machine that requests of instances leave with. */
  readonly egressAddresses: () => Promise<readonly string[]>;
  /** How long a deleted project can be restored. 0: not at all. */
  readonly projectRetentionMs: number;
  /** How long audit records are kept. */
  readonly auditRetentionMs: number;
}

export interface Control {
  /** They do not ask who may call them: whoever calls them asks `guard` first. */
  readonly operations: OperationHandlers;
  readonly guard: AccessGuard;
  /** API keys and roles, for whoever proves who is calling. */
  readonly directory: AccessDirectory;
  /** Whoever serves calls writes down here what became of each. */
  readonly audit: Pick<AuditTrail, 'begin' | 'end'>;
  /** Starts the engine with everything declared, then the reconcile loops. Ready when it returns. */
  start(): Promise<void>;
  /** Finishes what is under way (bounded) and lets go; workloads keep running. */
  stop(): Promise<void>;
}
