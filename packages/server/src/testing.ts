/** For tests of what speaks to the platform over HTTP. */
export { startRealControl } from './testing/real-control.ts';
