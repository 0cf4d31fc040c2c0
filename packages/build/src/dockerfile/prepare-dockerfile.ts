/**
 * What can be said about a Dockerfile before buildah sees it: mistakes with their line, which of its images are the
 * platform's, and the text with those replaced by the names the store knows. Lines never move.
 */
import { BuildRefusal } from '../build-refusal.ts';
import { DOCKERFILE_KEYWORDS, type DockerfileScan } from './scan-dockerfile.ts';

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
}

/**
 * Replaces images by the references that were found for them, in FROM and `--from=`; no line moves. A FROM line takes the
 * reference of its stage, so that buildah cannot read another name out of it than was judged here.
 */
export function replaceImages(text: string, scan: DockerfileScan, references: ReadonlyMap<string, string>): string {
  const lines = text.split('\n');
  for (const { image, instructions } of scan.stages) {
    const index = (instructions[0]?.line ?? 1) - 1;
    const reference = image === undefined ? undefined : references.get(image);
    if (reference === undefined) continue;
    const [, head, named, tail = ''] = /^(\s*FROM\s+(?:--\S+\s+)*)(\S+)(.*)$/is.exec(lines[index] ?? '') ?? [];
    if (head === undefined || named === '\\' || named === '`') {
      throw refusal(`line ${index + 1}: FROM and its image are on different lines. Write them on one`);
    }
    lines[index] = head + reference + tail;
  }
  const changed = lines.join('\n');
  return changed.replaceAll(/(\bfrom=)([^\s,]+)/g, (_all, head: string, image: string) => {
    return head + (references.get(image) ?? image);
  });
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
