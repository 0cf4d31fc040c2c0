export type { Declared, Engine, ImageCredentials, ResolvedImage, ResolveImageOptions } from './engine.ts';
export type {
  AbortWorkload,
  DelayWorkload,
  MeshWorkload,
  MirrorWorkload,
  OutlierWorkload,
  RetryWorkload,
} from './mesh.ts';
export { STANDBY_MODES, type StandbyMode } from './workload.ts';
export {
  START_PHASES,
  START_TIERS,
  totalMs,
  type StartPhase,
  type StartStatistics,
  type StartTier,
  type StartTimes,
} from './start-times.ts';
export type {
  AppKey,
  AppWorkload,
  CertificateWorkload,
  ProbeWorkload,
  ProjectWorkload,
  RestartOrder,
  RevisionWorkload,
  ScaleBounds,
  TaggedRoute,
  TrafficShare,
  VolumeMountWorkload,
  VolumeWorkload,
} from './workload.ts';
export {
  INSTANCE_STATES,
  REVISION_FAULTS,
  REVISION_STATES,
  type AppObservation,
  type CapacityObservation,
  type EngineEvent,
  type EngineSignal,
  type InstanceObservation,
  type InstanceState,
  type LogEntry,
  type LogQuery,
  type RevisionFault,
  type RevisionMetrics,
  type RevisionObservation,
  type RevisionState,
} from './observation.ts';
export { RunLedger, type InstanceRun, type RunTime } from './instance-run.ts';
export {
  addResources,
  admissionBound,
  decideNextAdmission,
  multiplyResources,
  NO_RESOURCES,
  type AdmissionBound,
  type AdmissionState,
  type Capacity,
  type ProjectAccount,
  type ResourceName,
  type Resources,
} from './admission.ts';
export { allHosts, hostBehind, parseAppHost, type Door } from './app-host.ts';
export { covers, formatCidrBlock, parseCidrBlock } from './cidr-block.ts';
export {
  ALL_ADDRESSES,
  CLOSED_RANGES,
  disjointRanges,
  isClosedRange,
  isOpenableRange,
  OUTBOUND_DEFAULT,
  outboundRulesFor,
  type OpenRange,
  type OutboundRules,
} from './outbound.ts';
export { ENGINE_FAULT_CODES, EngineFault, type EngineFaultCode } from './engine-fault.ts';
export {
  BUILD_FAULTS,
  BUILD_STRATEGIES,
  type Builder,
  type BuilderStrategy,
  type BuildFault,
  type BuildOutcome,
  type BuildStep,
  type BuildStrategy,
  type BuildWorkload,
} from './builder.ts';
export {
  EDGE_BUCKETS_MS,
  NOT_OBSERVED,
  type EdgeKey,
  type EdgeMetrics,
  type EdgeSource,
  type EdgesObservation,
  type TelemetryTotals,
} from './edge-metrics.ts';
