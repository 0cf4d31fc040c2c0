/** The runtimes of functions that the public API knows. No engine carries one yet. Source: Code Engine "Function runtimes". */
import type { FunctionRuntime } from '@slipway/spec';

export const FUNCTION_RUNTIMES = [
  { id: 'nodejs-20', name: 'Node.js 20', family: 'nodejs', default: false, deprecated: true, optimized: false },
  { id: 'nodejs-22', name: 'Node.js 22', family: 'nodejs', default: true, deprecated: false, optimized: false },
  { id: 'nodejs-24', name: 'Node.js 24', family: 'nodejs', default: false, deprecated: false, optimized: false },
  { id: 'python-3.11', name: 'Python 3.11', family: 'python', default: true, deprecated: false, optimized: false },
  { id: 'python-3.13', name: 'Python 3.13', family: 'python', default: false, deprecated: false, optimized: false },
] as const satisfies readonly FunctionRuntime[];

export function runtimeOf(id: string): (typeof FUNCTION_RUNTIMES)[number] | undefined {
  return FUNCTION_RUNTIMES.find((runtime) => runtime.id === id);
}
