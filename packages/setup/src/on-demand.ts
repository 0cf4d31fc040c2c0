/**
 * What changes or examines the machine, loaded when it is called: it is most of this package, and most commands only ask
 * where the platform is.
 */
import type { examine as examineMachine } from './doctor/doctor.ts';
import type { bringDown as bringPlatformDown } from './down.ts';
import type { readStatus as readPlatformStatus } from './status.ts';
import type { bringUp as bringPlatformUp } from './up.ts';

export const examine: typeof examineMachine = async (...given) =>
  (await import('./doctor/doctor.ts')).examine(...given);

export const bringDown: typeof bringPlatformDown = async (...given) => (await import('./down.ts')).bringDown(...given);

export const readStatus: typeof readPlatformStatus = async (...given) =>
  (await import('./status.ts')).readStatus(...given);

export const bringUp: typeof bringPlatformUp = async (...given) => (await import('./up.ts')).bringUp(...given);
