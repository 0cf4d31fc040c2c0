/**
 * Turns what buildah printed into one sentence for the user: the line of the Dockerfile, what went wrong there, and what
 * to do. Pure, because the words of buildah are many and change: the table is tested with its real output.
 */
import type { BuildFault } from '@slipway/engine';
import type { DockerfileScan } from './scan-dockerfile.ts';

export interface BuildahFailure {
  readonly file: string;
  readonly scan: DockerfileScan;
  /** Lines of both streams, oldest first; the last ones are enough. */
  readonly lines: readonly string[];
}

interface Explanation {
  readonly fault: BuildFault;
  readonly message: string;
}

const MESSAGE_LENGTH_MAX = 600;

export function explainFailure(failure: BuildahFailure): Explanation {
  const error = failure.lines.findLast((line) => line.startsWith('Error: '))?.slice('Error: '.length) ?? '';
  const image = explainImage(error);
  if (image) return image;
  const line = failedLine(failure);
  const place = line === undefined ? '' : `line ${line} of ${failure.file}: `;
  const { fault, what } = explainStep(error, failure);
  return { fault, message: `Cannot build: ${place}${what}`.slice(0, MESSAGE_LENGTH_MAX) };
}

/** The last step buildah announced, found again in the file: `[2/3] STEP 4/7: RUN …` is stage 2, its fourth instruction. */
function failedLine(failure: BuildahFailure): number | undefined {
  const announced = failure.lines
    .map((line) => /^(?:\[(\d+)\/\d+\] )?STEP (\d+)\/\d+: /.exec(line))
    .findLast((match) => match !== null);
  if (!announced) return undefined;
  const stage = failure.scan.stages[Number(announced[1] ?? '1') - 1];
  return stage?.instructions[Number(announced[2]) - 1]?.line;
}

function explainImage(error: string): Explanation | undefined {
  const unknown = /creating build container: (\S+): image not known/.exec(error);
  const unreachable =
    /(?:initializing source|pinging container registry|error pinging|reading manifest \S+ in) (?:docker:\/\/)?([^\s:]+(?::[^\s:]+)?)/.exec(
      error,
    ) ?? /short-name "([^"]+)" did not resolve/.exec(error);
  const name = unknown?.[1] ?? unreachable?.[1];
  if (name === undefined) return undefined;
  if (/unauthorized|authentication required|denied/i.test(error)) {
    const message = `Cannot pull base image "${name}": its registry refuses access. Add a registry secret for it, or use another image`;
    return { fault: 'missing_registry_access', message };
  }
  if (/manifest unknown|not found/i.test(error)) {
    const message = `Cannot pull base image "${name}": its registry has no such image. Correct the name or the tag in the FROM line`;
    return { fault: 'invalid_build_configuration', message };
  }
  const message =
    `Cannot pull base image "${name}": its registry cannot be reached from this machine. Use a platform image ` +
    '(for example "FROM slipway/node:24"), or let the operator configure a mirror of that registry';
  return { fault: 'failed', message };
}

function explainStep(error: string, failure: BuildahFailure): { fault: BuildFault; what: string } {
  const step = /building at STEP "(.*?)": (.*)$/s.exec(error);
  const said = (step?.[2] ?? error).trim();
  const exit = /while running runtime: exit status (\d+)/.exec(said);
  const fetched = /^(?:reading|getting) "([^"]+)"|Get "([^"]+)": dial/.exec(said);
  if (fetched) {
    const what = `"${fetched[1] ?? fetched[2]}" cannot be fetched. Builds reach public addresses only; see whether it is there`;
    return { fault: 'failed', what };
  }
  if (exit) {
    const unstarted = failure.lines
      .map((line) => /^error running container: .*\]: (.*)$/.exec(line)?.[1])
      .find(Boolean);
    if (unstarted !== undefined) return { fault: 'failed', what: `the command cannot start: ${unstarted}` };
    const output = lastOutput(failure.lines);
    const tail = output === undefined ? '' : `: ${output}`;
    return { fault: 'failed', what: `the command ended with code ${exit[1]}${tail}` };
  }
  const missing = /copier: stat: "\/?([^"]*)": no such file or directory/.exec(said);
  if (missing) {
    const what = `"${missing[1]}" is not in the source. Correct the path, or see whether .ceignore or .dockerignore leaves it out`;
    return { fault: 'invalid_build_configuration', what };
  }
  const user = /unknown user error looking up user "([^"]+)"/.exec(said);
  if (user) {
    const what = `user "${user[1]}" does not exist in the image. Create it in an earlier RUN, or use a numeric user`;
    return { fault: 'invalid_build_configuration', what };
  }
  const stage = /--from=(\S+): no stage or image found/.exec(said);
  if (stage) {
    const what = `"--from=${stage[1]}" names no earlier stage and no image. Correct the name`;
    return { fault: 'invalid_build_configuration', what };
  }
  if (said === '') return { fault: 'failed', what: 'the build ended without saying why. Read the build log' };
  return { fault: 'failed', what: withoutInternals(said) };
}

/** The last line the user's own command printed, which is where programs say why they gave up. */
function lastOutput(lines: readonly string[]): string | undefined {
  const own = lines.filter(
    (line) => !/^(Error: |time="|(\[\d+\/\d+\] )?STEP |--> |error running container|: exit status|COMMIT)/.test(line),
  );
  const last = own.findLast((line) => line.trim() !== '' && !/^npm (error|ERR!) (A complete log|\s)/.test(line));
  return last?.trim().slice(0, 300);
}

function withoutInternals(text: string): string {
  return text.replace(/ &imagebuilder\.Step\{.*$/s, '').replaceAll(/\/\S*\/context\//g, '');
}
