/**
 * Turns the distribution's seccomp profile (containers-common, /usr/share/containers/seccomp.json) into the OCI form
 * for instances, which hold none of the capabilities it asks for, and makes it at least as strict as Docker's default profile: the
 * distribution allows mounting, new namespaces and the kernel's keyring without a capability because Podman nests;
 * we do not. Pure; the profile is computed once per daemon.
 */

export interface SeccompArgument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: string;
}

export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly SeccompArgument[];
}

export interface OciSeccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly SeccompRule[];
}

interface Condition {
  readonly arches?: readonly string[];
  readonly caps?: readonly string[];
}

interface DistributionRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number | null;
  readonly args?: readonly SeccompArgument[] | null;
  readonly includes?: Condition;
  readonly excludes?: Condition;
}

export interface DistributionProfile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly archMap: readonly { readonly architecture: string; readonly subArchitectures: readonly string[] | null }[];
  readonly syscalls: readonly DistributionRule[];
}

/** How Node, the profile's conditions and seccomp call one machine. */
const ARCHITECTURES: Readonly<Record<string, { readonly condition: string; readonly seccomp: string }>> = {
  x64: { condition: 'amd64', seccomp: 'SCMP_ARCH_X86_64' },
  arm64: { condition: 'arm64', seccomp: 'SCMP_ARCH_AARCH64' },
};

const EPERM = 1;
const ENOSYS = 38;

/** What Docker's profile denies without a capability and the distribution's allows. */
export const DENIED_BEYOND_DISTRIBUTION: readonly string[] = [
  'fsconfig',
  'fsmount',
  'fsopen',
  'fspick',
  'get_mempolicy',
  'keyctl',
  'mbind',
  'mount',
  'mount_setattr',
  'move_mount',
  'open_tree',
  'pidfd_getfd',
  'pivot_root',
  'reboot',
  'set_mempolicy',
  'setns',
  'syslog',
  'umount',
  'umount2',
  'unshare',
];

/** Rules with arguments, which replace whatever the distribution says of these calls. */
const REPLACED: readonly SeccompRule[] = [
  // A namespace flag (CLONE_NEW*, 0x7E020000) in the first argument is refused, threads and processes are not.
  {
    names: ['clone'],
    action: 'SCMP_ACT_ALLOW',
    args: [{ index: 0, value: 0x7e020000, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
  },
  // Its flags are behind a pointer that a filter cannot follow; ENOSYS makes C libraries fall back to clone.
  { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
  // No vsock (40: the hypervisor's socket) and no audit netlink (family 16, protocol 9).
  ...[
    [argument(0, 'SCMP_CMP_LT', 16)],
    [argument(0, 'SCMP_CMP_LT', 40), argument(2, 'SCMP_CMP_NE', 9)],
    [argument(0, 'SCMP_CMP_GT', 40), argument(2, 'SCMP_CMP_NE', 9)],
  ].map((args) => ({ names: ['socket'], action: 'SCMP_ACT_ALLOW', args })),
];

function argument(index: number, op: string, value: number): SeccompArgument {
  return { index, value, valueTwo: 0, op };
}

/** The OCI profile of an instance on `nodeArch` (`process.arch`). */
export function seccompProfileFor(distribution: DistributionProfile, nodeArch: string): OciSeccomp {
  const architecture = ARCHITECTURES[nodeArch];
  if (!architecture) throw new TypeError(`Cannot make a seccomp profile: no rule for the architecture "${nodeArch}"`);
  const replaced = new Set(REPLACED.flatMap((rule) => rule.names));
  const denied = new Set(DENIED_BEYOND_DISTRIBUTION);
  const rules: SeccompRule[] = [];
  for (const rule of distribution.syscalls) {
    if (!applies(rule, architecture.condition)) continue;
    const names = rule.names.filter((name) => !replaced.has(name) && !denied.has(name));
    if (names.length === 0) continue;
    rules.push({
      names,
      action: rule.action,
      ...(typeof rule.errnoRet === 'number' && { errnoRet: rule.errnoRet }),
      ...(rule.args && rule.args.length > 0 && { args: rule.args }),
    });
  }
  rules.push(...REPLACED, { names: DENIED_BEYOND_DISTRIBUTION, action: 'SCMP_ACT_ERRNO', errnoRet: EPERM });
  const entry = distribution.archMap.find((candidate) => candidate.architecture === architecture.seccomp);
  return {
    defaultAction: distribution.defaultAction,
    ...(distribution.defaultErrnoRet !== undefined && { defaultErrnoRet: distribution.defaultErrnoRet }),
    architectures: [architecture.seccomp, ...(entry?.subArchitectures ?? [])],
    syscalls: rules,
  };
}

/** An instance holds none of the capabilities the profile knows: a rule for holders never applies, a rule excluding holders always does. */
function applies(rule: DistributionRule, arch: string): boolean {
  if ((rule.includes?.caps ?? []).length > 0) return false;
  const wanted = rule.includes?.arches ?? [];
  if (wanted.length > 0 && !wanted.includes(arch)) return false;
  return !(rule.excludes?.arches ?? []).includes(arch);
}
