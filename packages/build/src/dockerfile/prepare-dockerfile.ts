/**
 * What can be said about a Dockerfile before buildah sees it: mistakes with their line, which of its images are the
 * platform's, and the text for buildah with those replaced by the names the store knows. Lines never move.
 */
import { BuildRefusal } from '../build-refusal.ts';
import {
  DOCKERFILE_KEYWORDS,
  earlierStage,
  replaceSources,
  type DockerfileScan,
  type DockerfileStage,
} from './scan-dockerfile.ts';

export const PLATFORM_IMAGE_PREFIX = 'slipway/';

/** Throws BuildRefusal for what cannot build. `file` is how the user calls it. */
export function checkDockerfile(scan: DockerfileScan, file: string): void {
  const unknown = scan.instructions.find(({ keyword }) => !DOCKERFILE_KEYWORDS.includes(keyword));
  if (unknown) {
    const near = nearestKeyword(unknown.keyword);
    const fix = near === undefined ? 'Correct the line' : `Write "${near}" if that is meant`;
    throw refusal(`line ${unknown.line} of ${file}: "${unknown.keyword}" is not an instruction. ${fix}`);
  }
  const [first] = scan.instructions;
  if (!first) throw refusal(`${file} is empty. Begin it with a FROM line, for example "FROM slipway/node:24"`);
  const early = scan.instructions.find(({ keyword }) => keyword !== 'ARG');
  if (early?.keyword !== 'FROM') {
    const line = (early ?? first).line;
    throw refusal(
      `line ${line} of ${file}: the first instruction must be FROM. Add, for example, "FROM slipway/node:24"`,
    );
  }
  const bare = scan.instructions.find(({ keyword, rest }) => rest === '' && keyword !== 'HEALTHCHECK');
  if (bare) throw refusal(`line ${bare.line} of ${file}: "${bare.keyword}" has no argument. Complete the line`);
  const open = scan.stages.find(({ base }) => base === undefined);
  if (open) {
    const from = open.instructions[0];
    const line = from?.line ?? 1;
    throw refusal(
      `line ${line} of ${file}: "${from?.rest}" names an ARG without a value. Give the ARG a default or pass a build argument`,
    );
  }
  checkSources(scan, file);
}

/**
 * The Dockerfile as buildah gets it: exactly what was read and judged, one instruction per line on the line it began, the
 * images by the references that were found for them, stages by their names in lower case.
 */
export function renderJudged(scan: DockerfileScan, references: ReadonlyMap<string, string>): string {
  const lines: string[] = scan.escape === '`' ? ['# escape=`'] : [];
  const globals = scan.instructions.slice(0, scan.instructions.indexOf(scan.stages[0]?.instructions[0] ?? NONE));
  for (const { keyword, rest, line } of globals) lines[line - 1] = `${keyword} ${rest}`;
  for (const [index, stage] of scan.stages.entries()) {
    const earlier = scan.stages.slice(0, index);
    const replace = (name: string): string => earlierStage(name, earlier) ?? references.get(name) ?? name;
    for (const { keyword, flags, operands, line } of stage.instructions) {
      const words = flags.map((flag) => replaceSources(keyword, flag, replace));
      lines[line - 1] = [keyword, ...words, keyword === 'FROM' ? originOf(stage, references) : operands].join(' ');
    }
  }
  return `${Array.from(lines, (line) => line ?? '').join('\n')}\n`;
}

const NONE = { keyword: '', rest: '', flags: [], operands: '', line: 0 } as const;

function originOf({ image, base = '', name }: DockerfileStage, references: ReadonlyMap<string, string>): string {
  const origin = image === undefined ? base.toLowerCase() : (references.get(image) ?? image);
  return name === undefined ? origin : `${origin} AS ${name}`;
}

/** Keywords whose flags can name an image. */
const SOURCING: readonly string[] = ['FROM', 'COPY', 'ADD', 'RUN'];
/** buildah takes quotes and escapes out of flags; what it would read then is not what stands there. */
const PLAIN_FLAG = /^[!#-&(-[\]-_a-~]+$/;
const STAGE_NAME = /^[a-z][a-z0-9._-]*$/;

function checkSources(scan: DockerfileScan, file: string): void {
  const odd = scan.instructions.find(
    ({ keyword, flags }) => SOURCING.includes(keyword) && !flags.every((flag) => PLAIN_FLAG.test(flag)),
  );
  if (odd) {
    throw refusal(`line ${odd.line} of ${file}: a flag of ${odd.keyword} holds a quote or an escape. Write it plainly`);
  }
  for (const { instructions, name } of scan.stages) {
    const { operands = '', line = 1 } = instructions[0] ?? {};
    const words = operands.split(/\s+/).length;
    if (words !== 1 && (words !== 3 || name === undefined)) {
      throw refusal(`line ${line} of ${file}: FROM takes an image, and AS with a name. Write "FROM image AS name"`);
    }
    if (name !== undefined && !STAGE_NAME.test(name)) {
      throw refusal(`line ${line} of ${file}: "${name}" cannot name a stage. Begin with a letter, then a-z 0-9 . _ -`);
    }
  }
}

function nearestKeyword(word: string): string | undefined {
  return DOCKERFILE_KEYWORDS.find((keyword) => isOneSlipApart(keyword, word));
}

/** One letter added, lost, changed, or two neighbours exchanged. */
function isOneSlipApart(left: string, right: string): boolean {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  const [leftRest, rightRest] = [left.slice(at), right.slice(at)];
  return (
    leftRest.slice(1) === rightRest.slice(1) ||
    leftRest === rightRest.slice(1) ||
    leftRest.slice(1) === rightRest ||
    (leftRest[0] === rightRest[1] && leftRest[1] === rightRest[0] && leftRest.slice(2) === rightRest.slice(2))
  );
}

function refusal(what: string): BuildRefusal {
  return new BuildRefusal('invalid_build_configuration', `Cannot build: ${what}`);
}
