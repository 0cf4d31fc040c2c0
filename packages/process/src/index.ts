/** Programs: run one to its end, start one that outlives us and find it again; and the files that remember them. */
export { endProcess, findRecordedProcess, startDetached, type DetachedOptions } from './detached-process.ts';
export {
  identifyProcess,
  isAlive,
  parseProcessStat,
  signalIfCaught,
  signalProcess,
  type ProcessIdentity,
} from './process-identity.ts';
export { ProcessFailure, runProcess, type ProcessResult, type RunProcessOptions } from './run-process.ts';
export { startProgramsBy, type StartProgram } from './start-program.ts';
export { BEAT_MS, delayToBeat } from './slow-beat.ts';
export { writeFileAtomic } from './write-file-atomic.ts';
