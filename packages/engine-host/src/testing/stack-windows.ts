/** Apps fall asleep within a test: then they are frozen, sandboxes are made for them, and both are given up. */
import type { ScaleWindows } from '../scaler/decide-scale.ts';

export const STACK_WINDOWS: ScaleWindows = { stableMs: 300, panicMs: 50, zeroGraceMs: 50 };
