/**
 * Starts programs by `posix_spawn` of the C library: it borrows our memory until the program is loaded, where Node.js
 * copies the page tables of the whole process first and stands still meanwhile: 2.4 ms against 0.2 for a process of 170
 * MB, several times that on a machine at rest. Source: POSIX.1-2024, posix_spawn(3).
 */
import { constants } from 'node:os';
import koffi from 'koffi';
import { SystemCallFailure } from './system-calls.ts';

const libc = koffi.load(null);
const pipeCall = libc.func('int pipe2(_Out_ int *fds, int flags)');
const spawnCall = libc.func(
  'int posix_spawnp(_Out_ int *pid, const char *file, void *actions, void *attributes, const char **argv, const char **environment)',
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
const WNOHANG = 1;
/** A signal may end the wait; that nothing is left to wait for may not be asked for ever. */
const REAP_TRIES_MAX = 3;
/** More than `posix_spawn_file_actions_t` (80), `posix_spawnattr_t` (336) and `sigset_t` (128) are on Linux with glibc. */
const STRUCT_BYTES = 512;

/** No signal blocked, and those that Node.js ignores as they are by default. */
const sameSession = attributesWith(SETSIGDEF | SETSIGMASK);
const ownSession = attributesWith(SETSIGDEF | SETSIGMASK | SETSID);

export interface SpawnOrder {
  /** A path, or a name that is searched in our own PATH. */
  readonly file: string;
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The default is our own. */
  readonly workingDir?: string | undefined;
  /** What it has as its 0, 1, 2, …: descriptors of ours; undefined leads nowhere. It has no others. */
  readonly streams: readonly (number | undefined)[];
  readonly hasOwnSession: boolean;
}

/** Returns its process id once it is loaded. It stays a zombie after its end until it is waited for. */
export function posixSpawn(order: SpawnOrder): number {
  const plan = planFor(order);
  try {
    passed(spawnCall(...plan.call), order.file);
    return plan.pid[0];
  } finally {
    actionsDestroy(plan.actions);
  }
}

/** The same, while a thread of the pool stands still until the program is loaded. The descriptors stay open until then. */
export async function posixSpawnAside(order: SpawnOrder): Promise<number> {
  const plan = planFor(order);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  spawnCall.async(...plan.call, (error: unknown, errno: number) => (error ? reject(error) : resolve(errno)));
  try {
    passed(await promise, order.file);
    return plan.pid[0];
  } finally {
    actionsDestroy(plan.actions);
  }
}

interface SpawnPlan {
  /** Filled by the call. */
  readonly pid: [number];
  readonly actions: Buffer;
  readonly call: readonly unknown[];
}

/** Whoever makes the call destroys the actions after it. */
function planFor({ argv, environment, file, hasOwnSession, streams, workingDir }: SpawnOrder): SpawnPlan {
  const clash = streams.find((fd) => fd !== undefined && fd < streams.length);
  if (clash !== undefined) throw new TypeError(`Cannot pass descriptor ${clash} on: its number is needed inside`);
  const actions = Buffer.alloc(STRUCT_BYTES);
  passed(actionsInit(actions), file);
  try {
    for (const [as, fd] of streams.entries()) {
      passed(fd === undefined ? actionsOpen(actions, as, '/dev/null', O_RDWR, 0) : actionsDup2(actions, fd, as), file);
    }
    if (workingDir !== undefined) passed(actionsChdir(actions, workingDir), file);
  } catch (error) {
    actionsDestroy(actions);
    throw error;
  }
  const variables = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const attributes = hasOwnSession ? ownSession : sameSession;
  const pid: [number] = [0];
  return { pid, actions, call: [pid, file, actions, attributes, [file, ...argv, null], [...variables, null]] };
}

/** Takes the end of a program that ends about now; another thread waits for it. */
export async function reap(pid: number): Promise<void> {
  for (let attempt = 0; attempt < REAP_TRIES_MAX; attempt++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    waitCall.async(pid, [0], 0, (_error: unknown, ended: number) => resolve(ended));
    if ((await promise) === pid) return;
  }
}

export interface ProgramEnd {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How it ended; undefined while it runs. Asked once more after that, it is another's number. */
export function endOf(pid: number): ProgramEnd | undefined {
  const status = [0];
  const ended: number = waitCall(pid, status, WNOHANG);
  if (ended < 0) throw new SystemCallFailure(`wait for process ${pid}`, koffi.errno());
  return ended === pid ? parseStatus(status[0] ?? 0) : undefined;
}

/** Pure. Source: wait(2), WIFEXITED, WEXITSTATUS, WTERMSIG. */
export function parseStatus(status: number): ProgramEnd {
  const number = status & 0x7f;
  if (number === 0) return { code: (status >> 8) & 0xff, signal: null };
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return { code: null, signal: (found?.[0] ?? `SIG${number}`) as NodeJS.Signals };
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

function attributesWith(flags: number): Buffer {
  const attributes = Buffer.alloc(STRUCT_BYTES);
  attributesInit(attributes);
  attributesFlags(attributes, flags);
  attributesDefault(attributes, Buffer.alloc(STRUCT_BYTES, 0xff));
  return attributes;
}

/** These calls return what is wrong. */
function passed(errno: number, file: string): void {
  if (errno !== 0) throw new SystemCallFailure(`start ${file}`, errno);
}
