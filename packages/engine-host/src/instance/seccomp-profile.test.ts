import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DENIED_BEYOND_DISTRIBUTION, seccompProfileFor, type DistributionProfile } from './seccomp-profile.ts';

const DISTRIBUTION: DistributionProfile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: 38,
  archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] }],
  syscalls: [
    { names: ['read', 'mount', 'clone', 'clone3', 'keyctl'], action: 'SCMP_ACT_ALLOW', args: [], errnoRet: null },
    { names: ['socket'], action: 'SCMP_ACT_ALLOW', args: null },
    { names: ['arch_prctl'], action: 'SCMP_ACT_ALLOW', includes: { arches: ['amd64', 'x32'] } },
    { names: ['cacheflush'], action: 'SCMP_ACT_ALLOW', includes: { arches: ['arm64'] } },
    { names: ['bpf'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } },
    { names: ['bpf'], action: 'SCMP_ACT_ERRNO', errnoRet: 1, excludes: { caps: ['CAP_SYS_ADMIN'] } },
  ],
};

const profile = seccompProfileFor(DISTRIBUTION, 'x64');
const rulesOf = (name: string) => profile.syscalls.filter((rule) => rule.names.includes(name));

test('seccompProfileFor() takes the rules of this architecture and of nobody’s capability', () => {
  assert.deepEqual(profile.architectures, ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']);
  assert.equal(profile.defaultErrnoRet, 38);
  assert.deepEqual(
    [...rulesOf('read'), ...rulesOf('arch_prctl')].map((rule) => rule.action),
    ['SCMP_ACT_ALLOW', 'SCMP_ACT_ALLOW'],
  );
  assert.deepEqual(rulesOf('cacheflush'), []);
  assert.deepEqual(rulesOf('bpf'), [{ names: ['bpf'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }]);
});

test('seccompProfileFor() denies what Docker denies, whatever the distribution allows', () => {
  for (const name of DENIED_BEYOND_DISTRIBUTION) {
    assert.deepEqual(
      rulesOf(name).map((rule) => rule.action),
      ['SCMP_ACT_ERRNO'],
      name,
    );
  }
});

test('seccompProfileFor() allows processes and threads but no new namespace, and neither vsock nor audit sockets', () => {
  assert.deepEqual(rulesOf('clone')[0]?.args, [{ index: 0, value: 0x7e020000, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }]);
  assert.deepEqual(rulesOf('clone3'), [{ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }]);
  // What the socket rules say of (family, protocol), computed the way the kernel does: any rule that matches allows.
  const compare: Readonly<Record<string, (a: number, b: number) => boolean>> = {
    SCMP_CMP_LT: (a, b) => a < b,
    SCMP_CMP_GT: (a, b) => a > b,
    SCMP_CMP_NE: (a, b) => a !== b,
  };
  function allows(family: number, protocol: number): boolean {
    const given = [family, 0, protocol];
    return rulesOf('socket').some((rule) =>
      (rule.args ?? []).every((arg) => compare[arg.op]?.(given[arg.index] ?? 0, arg.value)),
    );
  }
  const table: readonly [family: number, protocol: number, allowed: boolean][] = [
    [1, 0, true],
    [2, 6, true],
    [2, 9, true],
    [10, 17, true],
    [16, 0, true],
    [16, 9, false],
    [40, 0, false],
    [44, 0, true],
  ];
  for (const [family, protocol, allowed] of table)
    assert.equal(allows(family, protocol), allowed, `${family}/${protocol}`);
});

test('seccompProfileFor() refuses an architecture it has no rule for', () => {
  assert.throws(() => seccompProfileFor(DISTRIBUTION, 'mips'), /no rule for the architecture "mips"/);
});
