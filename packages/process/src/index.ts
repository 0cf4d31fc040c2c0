export { ProcessFailure, runProcess, type ProcessResult, type RunProcessOptions } from './run-process.ts';
export { writeFileAtomic } from './write-file-atomic.ts';
