/** What measurements outside this package need to give a container made by hand the same filter as an instance. */
export { seccompProfileFor, type DistributionProfile, type OciSeccomp } from './instance/seccomp-profile.ts';
