/**
 * Reads a Dockerfile as far as the platform must: its instructions with their lines and the stage they belong to, so that
 * base images are known before the build and a failure can name its line. Building itself is buildah's.
 */

export interface DockerfileInstruction {
  /** Upper case. */
  readonly keyword: string;
  /** What follows the keyword, continuation lines joined. */
  readonly rest: string;
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
  const instructions = readInstructions(text);
  const globals = new Map<string, string>();
  const stages: OpenStage[] = [];
  for (const instruction of instructions) {
    const current = stages.at(-1);
    if (instruction.keyword === 'FROM') stages.push(openStage(instruction, globals, stages));
    else if (current) current.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') declareArguments(instruction.rest, globals, buildArguments);
  }
  return { instructions, stages, images: imagesOf(stages) };
}

function readInstructions(text: string): readonly DockerfileInstruction[] {
  const escape = /^#[ \t]*escape[ \t]*=[ \t]*`/im.test(text.split('\n', 3).join('\n')) ? '`' : '\\';
  const found: DockerfileInstruction[] = [];
  let pending = '';
  let start = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    // Comments and empty lines between continued lines do not end the instruction.
    if (line.startsWith('#') || line === '') continue;
    if (pending === '') start = index + 1;
    if (line.endsWith(escape)) {
      pending += `${line.slice(0, -1).trimEnd()} `;
      continue;
    }
    found.push(toInstruction(pending + line, start));
    pending = '';
  }
  if (pending.trim() !== '') found.push(toInstruction(pending.trim(), start));
  return found;
}

function toInstruction(text: string, line: number): DockerfileInstruction {
  const match = /^(\S+)\s*(.*)$/s.exec(text);
  return { keyword: (match?.[1] ?? text).toUpperCase(), rest: match?.[2] ?? '', line };
}

interface OpenStage extends DockerfileStage {
  readonly instructions: DockerfileInstruction[];
}

function openStage(
  from: DockerfileInstruction,
  globals: ReadonlyMap<string, string>,
  earlier: readonly DockerfileStage[],
): OpenStage {
  const words = from.rest.split(/\s+/).filter((word) => word !== '' && !word.startsWith('--'));
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
  const names = new Set<string>();
  for (const stage of stages) {
    if (stage.image !== undefined) images.add(stage.image);
    if (stage.name !== undefined) names.add(stage.name);
    for (const image of copiedFrom(stage))
      if (!names.has(image.toLowerCase()) && !/^\d+$/.test(image)) images.add(image);
  }
  return [...images];
}

function copiedFrom(stage: DockerfileStage): readonly string[] {
  return stage.instructions
    .filter(({ keyword }) => keyword === 'COPY' || keyword === 'RUN')
    .flatMap(({ keyword, rest }) => [
      ...rest.matchAll(keyword === 'COPY' ? /^(?:--\S+\s+)*--from=(\S+)/g : /--mount=\S*?\bfrom=([^,\s]+)/g),
    ])
    .flatMap((match) => match[1] ?? []);
}
