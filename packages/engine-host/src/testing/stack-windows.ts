/** Apps fall asleep within a test: then they are frozen, sandboxes are made for them, and both are given up. */
import type { ScaleWindows } from '../scaler/scale-input.ts';

export const STACK_WINDOWS: ScaleWindows = { mode: 'fast', stableMs: 300, panicMs: 50, zeroGraceMs: 50 };
