/** For tests of other packages: a real ACME server. */
export { pebbleProblem, startPebble, type PebbleServer } from './testing/pebble-server.ts';
