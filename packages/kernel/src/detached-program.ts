/**
 * Starts a program in a session of its own, by `posix_spawn` of the C library: it borrows our memory until the program is
 * loaded, where Node.js copies the page tables of the whole process first. On a machine at rest the difference is some
 * milliseconds, and a cold start waits for them. Source: POSIX.1-2024, posix_spawn(3).
 */
import koffi from 'koffi';
import { SystemCallFailure } from './system-calls.ts';

const libc = koffi.load(null);
const pipeCall = libc.func('int pipe2(_Out_ int *fds, int flags)');
const spawnCall = libc.func(
  'int posix_spawn(_Out_ int *pid, const char *path, void *actions, void *attributes, const char **argv, const char **environment)',
);
const waitCall = libc.func('int waitpid(int pid, _Out_ int *status, int options)');
const actionsInit = libc.func('int posix_spawn_file_actions_init(void *actions)');
const actionsOpen = libc.func(
  'int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, uint mode)',
);
const actionsDup2 = libc.func('int posix_spawn_file_actions_adddup2(void *actions, int fd, int as)');
const actionsChdir = libc.func('int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)');
const actionsDestroy = libc.func('int posix_spawn_file_actions_destroy(void *actions)');
const attributesInit = libc.func('int posix_spawnattr_init(void *attributes)');
const attributesFlags = libc.func('int posix_spawnattr_setflags(void *attributes, short flags)');
const attributesDefault = libc.func('int posix_spawnattr_setsigdefault(void *attributes, void *signals)');

const O_RDWR = 2;
const O_CLOEXEC = 0o2000000;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;
/** A signal may end the wait; that nothing is left to wait for may not be asked for ever. */
const REAP_TRIES_MAX = 3;
/** More than `posix_spawn_file_actions_t` (80), `posix_spawnattr_t` (336) and `sigset_t` (128) are on Linux with glibc. */
const STRUCT_BYTES = 512;
const STANDARD_STREAMS = [0, 1, 2] as const;

/** A session of its own, no signal blocked, and those that Node.js ignores as they are by default. */
const attributes = Buffer.alloc(STRUCT_BYTES);
attributesInit(attributes);
attributesFlags(attributes, SETSID | SETSIGDEF | SETSIGMASK);
attributesDefault(attributes, Buffer.alloc(STRUCT_BYTES, 0xff));

export interface DetachedProgram {
  /** Absolute. */
  readonly path: string;
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Descriptors of ours that it has as its 3, 4, …; its standard streams lead nowhere. */
  readonly descriptors: readonly number[];
}

/** Returns its process id once it is loaded. It stays a zombie after its end until `reap` was called. */
export function spawnDetached(program: DetachedProgram): number {
  const { argv, descriptors, environment, path, workingDir } = program;
  const first = STANDARD_STREAMS.length;
  const clash = descriptors.find((fd) => fd < first + descriptors.length);
  if (clash !== undefined) throw new TypeError(`Cannot pass descriptor ${clash} on: its number is needed inside`);
  const actions = Buffer.alloc(STRUCT_BYTES);
  passed(actionsInit(actions), path);
  try {
    for (const fd of STANDARD_STREAMS) passed(actionsOpen(actions, fd, '/dev/null', O_RDWR, 0), path);
    for (const [at, fd] of descriptors.entries()) passed(actionsDup2(actions, fd, first + at), path);
    passed(actionsChdir(actions, workingDir), path);
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const pid = [0];
    passed(spawnCall(pid, path, actions, attributes, [path, ...argv, null], [...variables, null]), path);
    return pid[0] ?? 0;
  } finally {
    actionsDestroy(actions);
  }
}

/** Takes the end of a program of `spawnDetached` that ends about now; another thread waits for it. */
export async function reap(pid: number): Promise<void> {
  for (let attempt = 0; attempt < REAP_TRIES_MAX; attempt++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    waitCall.async(pid, [0], 0, (_error: unknown, ended: number) => resolve(ended));
    if ((await promise) === pid) return;
  }
}

export interface PipeEnds {
  readonly readFd: number;
  readonly writeFd: number;
}

/** No program that is started later holds either end. */
export function openPipe(): PipeEnds {
  const fds = [0, 0];
  if (pipeCall(fds, O_CLOEXEC) !== 0) throw new SystemCallFailure('open a pipe', koffi.errno());
  const [readFd = -1, writeFd = -1] = fds;
  return { readFd, writeFd };
}

/** These calls return what is wrong. */
function passed(errno: number, path: string): void {
  if (errno !== 0) throw new SystemCallFailure(`start ${path}`, errno);
}
