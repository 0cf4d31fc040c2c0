/** What tests of other packages use. Apart from `index.ts`, so that no production code imports it by accident. */
export { describeEngineConformance } from './conformance.ts';
export type { EngineConformanceOptions } from './conformance-bench.ts';
export { createFakeBuilder, fakeBuildDigest, type FakeBuilder, type FakeBuilderOptions } from './fake-builder.ts';
export { createFakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts';
export { FakeImages } from './fake-images.ts';
export { FakeMachine, type FakeMachineOptions } from './fake-machine.ts';
export { createManualClock, createSystemClock, type ManualClock, type TestClock } from './manual-clock.ts';
