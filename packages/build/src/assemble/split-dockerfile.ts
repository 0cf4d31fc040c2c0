/**
 * Splits a Dockerfile where running ends: before, instructions that only buildah carries out; after, the last ones of the
 * last stage when all they do is to place files of the source and to say how the image starts. Those need no program.
 * What is not plainly of this kind belongs to buildah's part. Pure.
 */
import type { DockerfileInstruction, DockerfileScan } from '../dockerfile/scan-dockerfile.ts';

export interface CopyStep {
  readonly kind: 'copy';
  readonly sources: readonly string[];
  readonly target: string;
  readonly uid: number;
  readonly gid: number;
  /** What the image's history says. */
  readonly text: string;
}

export interface SettingStep {
  readonly kind: 'setting';
  readonly setting:
    | { readonly name: 'command' | 'entrypoint'; readonly words: readonly string[] }
    | { readonly name: 'environment' | 'labels'; readonly values: readonly (readonly [string, string])[] }
    | { readonly name: 'ports'; readonly ports: readonly string[] }
    | { readonly name: 'user'; readonly user: string };
  readonly text: string;
}

export type TailStep = CopyStep | SettingStep;

export interface SplitDockerfile {
  /** What buildah builds first; without instructions when the image starts from nothing. */
  readonly head: DockerfileScan;
  readonly tail: readonly TailStep[];
}

/** Bounds the files that one build writes twice: once for each COPY at most. */
const COPIES_MAX = 32;

/** undefined: nothing is gained, or not all is understood. */
export function splitDockerfile(scan: DockerfileScan): SplitDockerfile | undefined {
  const last = scan.stages.at(-1);
  // SHELL changes what other instructions mean.
  if (!last || scan.instructions.some(({ keyword }) => keyword === 'SHELL')) return undefined;
  const own = last.instructions.slice(1);
  const understood = trailingSteps(own);
  const firstCopy = understood.findIndex(({ kind }) => kind === 'copy');
  if (firstCopy === -1 || understood.filter(({ kind }) => kind === 'copy').length > COPIES_MAX) return undefined;
  if (last.base === 'scratch' && understood.length === own.length) {
    return { head: { ...scan, instructions: [], stages: [] }, tail: understood };
  }
  // Settings before the first COPY are settled with what comes before it, once.
  const tail = understood.slice(firstCopy);
  const before = own.slice(0, -tail.length);
  const isEmpty = last.base === 'scratch' && !before.some(({ keyword }) => FILLING.includes(keyword));
  return isSettled(tail) && !isEmpty ? { head: withoutLast(scan, tail.length), tail } : undefined;
}

/** Instructions that make files. */
const FILLING: readonly string[] = ['ADD', 'COPY', 'RUN', 'WORKDIR'];

function trailingSteps(instructions: readonly DockerfileInstruction[]): readonly TailStep[] {
  const steps: TailStep[] = [];
  for (const instruction of instructions.toReversed()) {
    const step = parseTailStep(instruction);
    if (!step) break;
    steps.unshift(step);
  }
  return steps;
}

/** An ENTRYPOINT takes the command away that the base image brought; whether it did is only known when one follows. */
function isSettled(tail: readonly TailStep[]): boolean {
  const names = tail.map((step) => (step.kind === 'setting' ? step.setting.name : 'copy'));
  return names.lastIndexOf('entrypoint') === -1 || names.lastIndexOf('command') > names.lastIndexOf('entrypoint');
}

function withoutLast(scan: DockerfileScan, count: number): DockerfileScan {
  const last = scan.stages.at(-1);
  if (!last) return scan;
  const kept = { ...last, instructions: last.instructions.slice(0, -count) };
  return { ...scan, instructions: scan.instructions.slice(0, -count), stages: [...scan.stages.slice(0, -1), kept] };
}

function parseTailStep(instruction: DockerfileInstruction): TailStep | undefined {
  const { keyword, rest } = instruction;
  const text = `${keyword} ${rest}`;
  if (keyword === 'COPY') return parseCopy(instruction);
  const setting = parseSetting(keyword, rest);
  return setting && { kind: 'setting', setting, text };
}

/** Nothing in it means more than it says: no pattern, variable, quote, way up or blank. */
const PLAIN_PATH = /^(?!.*(?:^|\/)\.\.(?:\/|$))[\w./@+,:=~-]+$/;
const OWNER = /^--chown=(\d{1,6}):(\d{1,6})$/;

function parseCopy({ flags, operands, rest }: DockerfileInstruction): CopyStep | undefined {
  const words = operands.startsWith('[') ? parseWords(operands) : operands.split(/\s+/).filter((word) => word !== '');
  const target = words?.at(-1);
  if (!words || words.length < 2 || target === undefined || !words.every((word) => PLAIN_PATH.test(word))) {
    return undefined;
  }
  const owner = flags.length === 0 ? ['', '0', '0'] : flags.length === 1 ? OWNER.exec(flags[0] ?? '') : null;
  if (!owner) return undefined;
  const [, uid, gid] = owner;
  return {
    kind: 'copy',
    sources: words.slice(0, -1),
    target,
    uid: Number(uid),
    gid: Number(gid),
    text: `COPY ${rest}`,
  };
}

const PAIR = /^([A-Za-z_][\w.-]*)=("?)([\w./:@+,=~ -]*)\2$/;

function parseSetting(keyword: string, rest: string): SettingStep['setting'] | undefined {
  switch (keyword) {
    case 'CMD':
    case 'ENTRYPOINT': {
      const words = parseWords(rest);
      return words && { name: keyword === 'CMD' ? 'command' : 'entrypoint', words };
    }
    case 'ENV':
    case 'LABEL': {
      const pair = PAIR.exec(rest);
      if (!pair || (pair[2] === '' && pair[3]?.includes(' '))) return undefined;
      const values = [[pair[1] ?? '', pair[3] ?? '']] as const;
      return { name: keyword === 'ENV' ? 'environment' : 'labels', values };
    }
    case 'EXPOSE': {
      const ports = rest.split(/\s+/);
      if (!ports.every((port) => /^\d{1,5}(?:\/(?:tcp|udp))?$/.test(port))) return undefined;
      return { name: 'ports', ports: ports.map((port) => (port.includes('/') ? port : `${port}/tcp`)) };
    }
    case 'USER':
      return /^[\w.-]+(?::[\w.-]+)?$/.test(rest) ? { name: 'user', user: rest } : undefined;
    default:
      return undefined;
  }
}

/** The words of a JSON list in which nothing is to be filled in. */
function parseWords(text: string): readonly string[] | undefined {
  if (text.includes('$')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    const isList = Array.isArray(words) && words.every((word) => typeof word === 'string');
    return isList && words.length > 0 ? words : undefined;
  } catch {
    // No list: the form for a shell, which is not plain.
    return undefined;
  }
}
