/** What measurements outside this package need to give a container made by hand the same filter as an instance. */
export { seccompProfileFor, type DistributionProfile, type OciSeccomp } from './instance/seccomp-profile.ts';
/** A stranger's network beside the machine, for tests of whole platforms. */
export { openOutsideWorld, type OutsideWorld } from './testing/outside-world.ts';
