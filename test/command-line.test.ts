/** The command line as people use it: at a real terminal, with the tab key of their shell, and with declarations. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runProcess } from '@slipway/process';
import { REPOSITORY_ROOT, startPlatform, type TestPlatform } from './platform.ts';
import { ask as request } from './requests.ts';
import { lastSeen, runInTerminal, terminalProblem, type TerminalRun } from './terminal.ts';
import { waitUntil } from './wait-until.ts';

const PROGRAM = join(REPOSITORY_ROOT, 'slipway');
const noTerminal = await terminalProblem();
const skip = noTerminal ?? false;

let platform: TestPlatform;
before(async () => void (platform = await startPlatform()));
after(async () => platform?.purge());

async function makeFolder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(platform.folder, name);
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}

const SITE = { 'index.html': '<h1>hello</h1>\n' };

function atTerminal(words: readonly string[], run: TerminalRun = {}) {
  return runInTerminal([PROGRAM, ...words, '--platform', platform.name], run);
}

test('deploy at a terminal folds what went well to a line each, and prints the URL alone', { skip }, async () => {
  const folder = await makeFolder('site', SITE);
  const { code, shown, output } = await atTerminal(['deploy', folder], { pipesOutput: true });
  const seen = lastSeen(shown);
  assert.equal(code, 0, seen);
  assert.match(output, /^http:\/\/site\.\S+\n$/);
  assert.match(
    seen,
    /^Plan: create app "site" in project "default"\n {2}Source .*1 file.*\n {2}Build {6}buildpacks: Static site/,
  );
  const steps = ['Pack the folder', 'Upload', 'Build the image', 'Start the app', 'Route to the app'];
  for (const step of steps) assert.match(seen, new RegExp(`^✓ ${step} {2}\\d+\\.\\d s`, 'm'), seen);
  assert.match(seen, /^ {2}✓ detect: Static site/m);
  assert.match(seen, /^✓ Route to the app .* it answers 200 /m);
  assert.doesNotMatch(seen, /STEP 1/, 'the lines of a build that went well are folded away');
  assert.ok(shown.includes('\u001b[32m'), 'a terminal shows colours');
  assert.equal(seen.split('\n').filter((line) => /^ {2}\S*slipway /.test(line)).length, 2);
});

test('a pipeline gets plain lines without cursor moves, also at a terminal', { skip }, async () => {
  const folder = await makeFolder('site', SITE);
  const { code, shown } = await atTerminal(['deploy', folder], { env: { CI: 'true', NO_COLOR: '1' } });
  assert.equal(code, 0, shown);
  assert.ok(!shown.includes('\u001b'), shown);
  assert.match(shown, /^\d\d:\d\d:\d\d Start the app: done in \d/m);
});

test('a step that fails unfolds its last lines and names the command for the whole log', { skip }, async () => {
  const folder = await makeFolder('bad', { Dockerfile: 'FROM slipway/static:1\nRUN echo hopeless; exit 3\n' });
  const { code, shown, output } = await atTerminal(['deploy', folder], { pipesOutput: true });
  const seen = lastSeen(shown);
  assert.equal(code, 6, seen);
  assert.equal(output, '');
  assert.match(seen, /^✗ Build the image {2}\d.*\n( {2}\| .*\n)* {2}\| hopeless\n/m);
  assert.match(seen, /^ {2}The whole log: \S*slipway buildrun logs --name bad-run-/m);
});

test('Ctrl-C leaves the deploy alone, says how to look at it again, and ends with 130', { skip }, async () => {
  const folder = await makeFolder('slow', {
    Dockerfile: 'FROM slipway/static:1\nRUN echo begun; sleep 5\nCOPY . .\n',
    ...SITE,
  });
  const typed = [{ after: 'begun', text: '\u0003' }];
  const { code, shown } = await atTerminal(['deploy', folder], { typed });
  const seen = lastSeen(shown);
  assert.equal(code, 130, seen);
  assert.match(seen, /only the watching stopped/);
  const [, watch = ''] = /Watch the build: \S*slipway (.*?)(?: --platform \S+)?\s*$/m.exec(seen) ?? [];
  const { stdout } = await platform.must(watch.trim().split(' '));
  assert.match(stdout, /COMMIT|COPY/, 'the build went on to its end');
});

test('what is deleted at a terminal is named first; a script says --force', { skip }, async () => {
  await platform.must(['configmap', 'create', '--name', 'colours', '--from-literal', 'A=b']);
  const wrong = await atTerminal(['configmap', 'delete', 'colours'], {
    typed: [{ after: 'to do it: ', text: 'yes\n' }],
  });
  assert.equal(wrong.code, 1, wrong.shown);
  assert.match(wrong.shown, /Nothing was done: the name was not typed/);
  const right = await atTerminal(['configmap', 'delete', 'colours'], {
    typed: [{ after: 'to do it: ', text: 'colours\n' }],
  });
  assert.equal(right.code, 0, right.shown);
  const script = await platform.slipway(['configmap', 'delete', 'colours']);
  assert.equal(script.code, 2);
  assert.match(script.stderr, /there is no terminal to ask on\n {2}Add --force/);
});

test('a dry run changes nothing, --save keeps what was said, and slipway.yaml is obeyed afterwards', async () => {
  const folder = await makeFolder('kept', SITE);
  const words = ['deploy', folder, '--env', 'GREETING=hello', '--max-scale', '2'];
  const dry = await platform.must([...words, '--dry-run']);
  assert.match(dry.stdout, /^Plan: create app "kept"[^]*Set {8}scale_max_instances: 2$/m);
  const plan = JSON.parse((await platform.must([...words, '--dry-run', '-o', 'json'])).stdout) as Record<
    string,
    unknown
  >;
  assert.deepEqual([plan['app'], plan['action']], ['kept', 'create']);
  const none = await platform.slipway(['app', 'get', 'kept']);
  assert.equal(none.code, 3);
  await platform.must([...words, '--save', '--min-scale', '0']);
  const saved = await readFile(join(folder, 'slipway.yaml'), 'utf8');
  assert.match(saved, /^# yaml-language-server: \$schema=slipway\.schema\.json\n/);
  assert.match(saved, /kept:\n {4}build: \.\n/);
  await writeFile(join(folder, 'slipway.yaml'), `${saved.replace('hello', 'servus')}# mine\n`);
  const again = await platform.must(['deploy', folder, '--dry-run']);
  assert.match(again.stdout, /^Plan: update app "kept"[^]*Change {5}run_env_variables: GREETING$/m);
  const missing = await request(`${(await platform.must(['deploy', folder])).stdout.trim()}/slipway.yaml`);
  assert.equal(missing.status, 404, 'the declaration is no part of what is deployed');
  await platform.must(['deploy', folder, '--save', '--max-scale', '3']);
  const kept = await readFile(join(folder, 'slipway.yaml'), 'utf8');
  assert.match(kept, /scale_max_instances: 3[^]*GREETING: servus[^]*# mine\n/);
});

test('apply builds a folder once, and builds it again only when it changed', async () => {
  const folder = await makeFolder('declared', {
    ...SITE,
    'slipway.yaml': 'apps:\n  shop:\n    build: .\n    scale_min_instances: 0\n',
  });
  const words = ['-f', join(folder, 'slipway.yaml')];
  const first = await platform.must(['apply', ...words]);
  assert.equal(first.stdout, 'created app "shop"\n');
  const second = await platform.must(['apply', ...words]);
  assert.equal(second.stdout, 'unchanged app "shop"\n');
  assert.doesNotMatch(second.stderr, /Build the image/);
  assert.equal((await platform.must(['diff', ...words])).stdout, '');
  await writeFile(join(folder, 'index.html'), '<h1>changed</h1>\n');
  const diff = await platform.slipway(['diff', ...words]);
  assert.equal(diff.code, 1);
  assert.match(diff.stdout, /^\+ {3}image_reference: \(built from \.\)$/m);
  assert.equal((await platform.must(['apply', ...words])).stdout, 'updated app "shop"\n');
  const { stdout: url } = await platform.must(['open', 'shop', '--print']);
  assert.match((await request(url.trim())).body, /changed/);
});

async function isInstalled(shell: string): Promise<boolean> {
  return runProcess([shell, '-c', 'exit 0'], {}).then(
    () => true,
    () => false,
  );
}

/** How each shell is asked what it would offer for a line, one word on each line of its answer. */
const ASK: Readonly<Record<string, (script: string, line: string) => string>> = {
  bash: (script, line) =>
    [
      `source ${script}`,
      `read -ra COMP_WORDS <<< ${JSON.stringify(line.replaceAll('=', ' = '))}`,
      line.endsWith(' ') ? 'COMP_WORDS+=("")' : ':',
      'COMP_CWORD=$((${#COMP_WORDS[@]} - 1))',
      '_slipway',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n'),
  zsh: (script, line) =>
    [
      'autoload -Uz compinit && compinit -u -d "$ZDOTDIR/dump"',
      `source ${script}`,
      '_describe() { local name=${@[-1]}; print -rl -- "${(@P)name}"; }',
      '_files() { print -r -- ":files"; }',
      `words=(${line
        .split(' ')
        .map((word) => `'${word}'`)
        .join(' ')})`,
      'CURRENT=${#words}',
      '_slipway || true',
    ].join('\n'),
  fish: (script, line) => `source ${script}; complete -C ${JSON.stringify(line)}`,
};

for (const shell of Object.keys(ASK)) {
  const why = (await isInstalled(shell)) ? false : `${shell} is not on this machine`;
  test(`${shell} completes commands, options, values and live names`, { skip: why }, async () => {
    const folder = await makeFolder(`completion-${shell}`, SITE);
    await platform.must(['configmap', 'create', '--name', `names-${shell}`, '--from-literal', 'A=b']);
    const script = join(folder, 'script');
    await writeFile(script, (await platform.must(['completion', shell])).stdout);
    const ask = async (line: string): Promise<readonly string[]> => {
      const env = {
        ...process.env,
        ZDOTDIR: folder,
        HOME: folder,
        SLIPWAY_PLATFORM: platform.name,
        PATH: `${REPOSITORY_ROOT}:${process.env['PATH']}`,
      };
      const { stdout } = await runProcess([shell, '-c', ASK[shell]?.(script, line) ?? ''], { env, cwd: folder });
      return stdout.split('\n').map((one) => one.split(/[\t]|(?<!\\):/)[0] ?? '');
    };
    assert.ok((await ask('slipway dep')).includes('deploy'));
    assert.deepEqual(
      (await ask('slipway app l')).filter((word) => word !== ''),
      ['list', 'logs'],
    );
    assert.ok((await ask('slipway app create --visi')).includes('--visibility'));
    assert.ok((await ask('slipway app create --visibility pro')).includes('project'));
    // Names are asked for in bounded time, and a busy machine may need longer.
    await waitUntil('the name of a config map is offered', async () =>
      (await ask('slipway configmap get na')).includes(`names-${shell}`),
    );
    await waitUntil('the name of a project is offered', async () =>
      (await ask('slipway app list --project def')).includes('default'),
    );
    const inline = await ask('slipway app get --output=js');
    assert.ok(
      inline.some((word) => word === 'json' || word === '--output=json'),
      inline.join(),
    );
  });
}
