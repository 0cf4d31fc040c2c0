export { AccessDirectory, type KnownApiKey } from './access/access-directory.ts';
export { createAccessGuard, type AccessGuard, type AccessQuestion } from './access/access-guard.ts';
export {
  API_AUDIENCE,
  IDENTITY_AUDIENCE,
  tokenFilesFor,
  type ServiceToken,
  type ServiceTokenIssuer,
  type ServiceTokenRequest,
  type TokenFile,
} from './access/service-tokens.ts';
export { roleNeeded, strongerRole } from './access/role-table.ts';
export {
  AUDIT_CLASSES,
  type AuditBeginning,
  type AuditClass,
  type AuditEntry,
  type AuditPage,
  type AuditPosition,
  type AuditQuery,
  type AuditStore,
} from './audit/audit-store.ts';
export { describeCall, safeName } from './audit/audit-action.ts';
export { AuditTrail } from './audit/audit-trail.ts';
export { apiKeyDigest, API_KEY_PREFIX } from './api-keys/api-key-record.ts';
export { LOCAL_ADMINISTRATOR, userIdOf, type Caller, type CallerKind, type CarriedRoles } from './caller.ts';
export type {
  Call,
  Clock,
  Control,
  ControlLog,
  ControlParts,
  OperationHandler,
  OperationHandlers,
  PlatformFacts,
  ProcessUsage,
} from './control.ts';
export type { CertificateIssuer, CertificatePair } from './certificates/certificate-issuer.ts';
export { createControl } from './create-control.ts';
export { listPinnedImages } from './revisions/pinned-images.ts';
export type { SealedText, SecretBox } from './secret-box.ts';
export type { SourceStore, StoredSource } from './source-store.ts';
export type {
  MeteredRun,
  UsageCheckpoint,
  UsageListQuery,
  UsageRange,
  UsageRow,
  UsageSpan,
  UsageStore,
} from './usage/usage-store.ts';
export {
  RESOURCE_KINDS,
  type EventQuery,
  type EventSubject,
  type ResourceDraft,
  type ResourceKey,
  type ResourceKind,
  type ResourceListQuery,
  type Store,
  type StoredEvent,
  type StoredResource,
} from './store.ts';
