/** Brings a machine to the state where the platform runs, and tells what is there: for the command line and the server. */
export type { AcmeSettings, OidcConfig, PlatformConfig } from './platform-config.ts';
export { DEFAULT_PLATFORM, SETTING_DEFAULTS } from './allocate-platform.ts';
export { enableAtBoot } from './boot-unit.ts';
export { formatChecks, type CheckResult, type CheckState } from './doctor/check.ts';
export { examine } from './doctor/doctor.ts';
export { bringDown } from './down.ts';
export { adminTokenFile, apiUrl, askPlatform, readAdminToken } from './platform-api.ts';
export { loadPlatformConfig, listPlatforms, machineFolders } from './platform-registry.ts';
export { ensureSystemPackages } from './install-packages.ts';
export { SYSTEM_PARTS } from './system-packages.ts';
export { isRedirected, PLATFORM_SETTINGS, readPlatformSettings, settingVariable } from './platform-settings.ts';
export { SetupFault } from './setup-fault.ts';
export { readStatus, type PlatformStatus } from './status.ts';
export { type Step, type StepReporter } from './step-reporter.ts';
export { boundLogFile, daemonLogPath } from './supervisor.ts';
export { findPortHolder, type PortHolder } from './tcp-ports.ts';
export { authorityPath, createTrustLook, trustAuthority, trustedPath, untrustAuthority } from './trust-authority.ts';
export { bringUp } from './up.ts';
