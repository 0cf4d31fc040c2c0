/** What a revision's runner is given. */
import type { AppKey, EngineEvent } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { Edge } from '../proxy/edge.ts';
import type { ScaleWindows } from '../scaler/decide-scale.ts';
import type { InstanceFault } from './instance-fault.ts';
import type { MeterParts } from './metered-places.ts';
import type { RevisionRunner } from './revision-runner.ts';
import type { StartParts } from './start-instance.ts';

export interface RunnerParts extends StartParts, MeterParts {
  readonly edge: Edge;
  readonly log: HostLog;
  readonly windows: ScaleWindows;
  /** Something that `observe` or routing depends on is different now. */
  readonly onChange: () => void;
  /** The last routed instance is about to leave: no host may lead here any more when this returns. */
  readonly beforeEmpty: (runner: RevisionRunner) => Promise<void>;
  readonly onFault: (runner: RevisionRunner, fault: InstanceFault) => void;
  readonly emit: (event: Omit<EngineEvent, keyof AppKey | 'at'>) => void;
}
