/**
 * Reads a Dockerfile as far as the platform must: its instructions with their lines and the stage they belong to, so that
 * base images are known before the build and a failure can name its line. Building itself is buildah's, of the text that
 * `renderJudged` writes from what was read here: nothing hides in a line that is read in two ways.
 */

export interface DockerfileInstruction {
  /** Upper case. */
  readonly keyword: string;
  /** What follows the keyword, continuation lines joined. */
  readonly rest: string;
  /** The leading words of `rest` that begin with `--`, and what follows them. */
  readonly flags: readonly string[];
  readonly operands: string;
  /** First line, counted from 1. */
  readonly line: number;
}

export interface DockerfileStage {
  /** The FROM instruction and what follows it. */
  readonly instructions: readonly DockerfileInstruction[];
  readonly name?: string;
  /** The image after FROM, its ARGs filled in; undefined when an ARG has no value. */
  readonly base?: string;
  /** `base`, where it is an image and no earlier stage and not `scratch`. */
  readonly image?: string;
}

export interface DockerfileScan {
  readonly instructions: readonly DockerfileInstruction[];
  readonly stages: readonly DockerfileStage[];
  /** The character at the end of a line that goes on in the next. */
  readonly escape: '\\' | '`';
  /** Images that must come from a registry or the platform, each once; stages of the file itself and `scratch` are none. */
  readonly images: readonly string[];
}

export const DOCKERFILE_KEYWORDS: readonly string[] = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];

export function scanDockerfile(text: string, buildArguments: Readonly<Record<string, string>> = {}): DockerfileScan {
  // A parser directive counts before anything else only.
  const escape = /^(?:\s*#.*\n)*\s*#[ \t]*escape[ \t]*=[ \t]*`/i.test(text) ? '`' : '\\';
  const instructions = readInstructions(text, escape);
  const globals = new Map<string, string>();
  const stages: OpenStage[] = [];
  for (const instruction of instructions) {
    const current = stages.at(-1);
    if (instruction.keyword === 'FROM') stages.push(openStage(instruction, globals, stages));
    else if (current) current.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') declareArguments(instruction.rest, globals, buildArguments);
  }
  return { instructions, stages, escape, images: imagesOf(stages) };
}

function readInstructions(text: string, escape: string): readonly DockerfileInstruction[] {
  const found: DockerfileInstruction[] = [];
  let pending = '';
  let start = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    // Comments and empty lines between continued lines do not end the instruction.
    if (line.startsWith('#') || line === '') continue;
    if (pending === '') start = index + 1;
    if (line.endsWith(escape)) {
      pending += (pending === '' ? line : raw.trimEnd()).slice(0, -1);
      continue;
    }
    found.push(toInstruction((pending + raw).trim(), start));
    pending = '';
  }
  if (pending.trim() !== '') found.push(toInstruction(pending.trim(), start));
  return found;
}

function toInstruction(text: string, line: number): DockerfileInstruction {
  const match = /^(\S+)\s*(.*)$/s.exec(text);
  const rest = match?.[2] ?? '';
  const leading = /^(?:--\S*(?:\s+|$))*/.exec(rest)?.[0] ?? '';
  const flags = leading.split(/\s+/).filter((word) => word !== '');
  return { keyword: (match?.[1] ?? text).toUpperCase(), rest, flags, operands: rest.slice(leading.length), line };
}

interface OpenStage extends DockerfileStage {
  readonly instructions: DockerfileInstruction[];
}

function openStage(
  from: DockerfileInstruction,
  globals: ReadonlyMap<string, string>,
  earlier: readonly DockerfileStage[],
): OpenStage {
  const words = from.operands.split(/\s+/).filter((word) => word !== '');
  const base = words[0] === undefined ? undefined : fillIn(words[0], globals);
  const name = words[1]?.toUpperCase() === 'AS' ? words[2]?.toLowerCase() : undefined;
  const isStage = earlier.some((stage) => stage.name !== undefined && stage.name === base?.toLowerCase());
  return {
    instructions: [from],
    ...(base ? { base } : {}),
    ...(base && base !== 'scratch' && !isStage ? { image: base } : {}),
    ...(name ? { name } : {}),
  };
}

function declareArguments(rest: string, into: Map<string, string>, given: Readonly<Record<string, string>>): void {
  for (const word of rest.split(/\s+/)) {
    const [, name, value] = /^(\w+)(?:=(.*))?$/.exec(word) ?? [];
    if (name === undefined) continue;
    const chosen = Object.hasOwn(given, name) ? given[name] : value?.replace(/^(["'])(.*)\1$/, '$2');
    if (chosen !== undefined) into.set(name, fillIn(chosen, into) ?? chosen);
  }
}

const VARIABLE = /\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^}]*))?\})/g;

/** `$A`, `${A}`, `${A:-default}`, `${A:+other}`; undefined when a variable has no value. */
function fillIn(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let missing = false;
  const filled = text.replaceAll(
    VARIABLE,
    (_all, plain?: string, braced?: string, operator?: string, word?: string) => {
      const value = values.get(plain ?? braced ?? '');
      if (operator?.endsWith('+')) return value ? (word ?? '') : '';
      if (value === undefined && operator === undefined) missing = true;
      return value ?? word ?? '';
    },
  );
  return missing || filled === '' ? undefined : filled;
}

function imagesOf(stages: readonly DockerfileStage[]): readonly string[] {
  const images = new Set<string>();
  for (const [index, stage] of stages.entries()) {
    if (stage.image !== undefined) images.add(stage.image);
    const named = stage.instructions.flatMap(({ keyword, flags }) => flags.flatMap((flag) => namesIn(keyword, flag)));
    for (const name of named) if (earlierStage(name, stages.slice(0, index)) === undefined) images.add(name);
  }
  return [...images];
}

/** The name or number of the earlier stage that `--from=` means, as buildah is to read it; undefined: it means an image. */
export function earlierStage(name: string, earlier: readonly DockerfileStage[]): string | undefined {
  if (/^\d+$/.test(name)) return Number(name) < earlier.length ? name : undefined;
  return earlier.find((stage) => stage.name === name.toLowerCase())?.name;
}

/** `--from=a`, `--mount=type=bind,from=a`; each flag may be given more than once, and so may each part of a mount. */
const SOURCES: Readonly<Record<string, RegExp>> = {
  ADD: /^(--from=)(.+)$/g,
  COPY: /^(--from=)(.+)$/g,
  RUN: /(?<=^--mount=(?:.*,)?)(from=)([^,]+)/g,
};

function namesIn(keyword: string, flag: string): readonly string[] {
  const pattern = SOURCES[keyword];
  return pattern ? [...flag.matchAll(pattern)].flatMap((match) => match[2] ?? []) : [];
}

/** The flag with every image or stage in it put through `replace`. */
export function replaceSources(keyword: string, flag: string, replace: (name: string) => string): string {
  const pattern = SOURCES[keyword];
  return pattern ? flag.replaceAll(pattern, (_all, head: string, name: string) => head + replace(name)) : flag;
}
