export { CALLER_KINDS, LOCAL_ADMINISTRATOR, type Caller, type CallerKind } from './caller.ts';
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
