/** What a revision's runner is given. */
import type { AppKey, EngineEvent } from '@slipway/engine';
import type { HostLog } from '../host-log.ts';
import type { Edge } from '../proxy/edge.ts';
import type { DemandWindows } from '../scaler/demand-history.ts';
import type { StandbyKeeper } from '../standby/standby-keeper.ts';
import type { InstanceFault } from './instance-fault.ts';
import type { MeterParts } from './place-runs.ts';
import type { StartParts } from './start-instance.ts';

/** A runner, as those who hear of it see it. */
export interface RoutedRunner {
  readonly hasRouted: boolean;
}

export interface RunnerParts extends StartParts, MeterParts {
  readonly edge: Edge;
  readonly log: HostLog;
  readonly windows: DemandWindows;
  readonly standby: StandbyKeeper;
  /** Something that `observe` or routing depends on is different now. */
  readonly onChange: () => void;
  /** Leads every host to who has a server now, or is just getting one, and none to who has none; resolves when HAProxy does. */
  readonly lead: () => Promise<void>;
  readonly onFault: (runner: RoutedRunner, fault: InstanceFault) => void;
  readonly emit: (event: Omit<EngineEvent, keyof AppKey | 'at'>) => void;
}
