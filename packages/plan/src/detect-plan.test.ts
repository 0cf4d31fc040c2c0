import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceFacts } from './build-plan.ts';
import { describeFiles, detectPlan } from './detect-plan.ts';
import { renderDockerfile, renderIgnoreFile } from './render-dockerfile.ts';

function factsOf(files: readonly string[], manifest?: object, procfile?: string): SourceFacts {
  const all = [...files, ...(manifest ? ['package.json'] : []), ...(procfile === undefined ? [] : ['Procfile'])];
  return {
    files: new Set(all),
    ...(manifest ? { packageJson: JSON.stringify(manifest) } : {}),
    ...(procfile === undefined ? {} : { procfile }),
  };
}

function summaryOf(facts: SourceFacts): string {
  const detection = detectPlan(facts);
  return detection.found ? detection.plan.summary : detection.message;
}

test('detectPlan() says what each kind of folder is and how it starts', () => {
  const table: readonly (readonly [SourceFacts, string])[] = [
    [factsOf([], { scripts: { start: 'node server.js' } }), 'Node.js app, start: node server.js'],
    [factsOf([], { scripts: { start: 'next start -p $PORT' } }), 'Node.js app, start: next start -p $PORT'],
    [factsOf([], { scripts: { prestart: 'x', start: 'node a.js' } }), 'Node.js app, start: npm start'],
    [factsOf(['lib/run.js'], { main: './lib/run.js' }), 'Node.js app, start: node lib/run.js'],
    [factsOf(['lib/index.js'], { main: 'lib' }), 'Node.js app, start: node lib/index.js'],
    [factsOf(['server.js'], { main: 'missing.js' }), 'Node.js app, start: node server.js'],
    [factsOf(['app.js', 'index.js'], {}), 'Node.js app, start: node index.js'],
    [factsOf(['server.js']), 'Node.js app, start: node server.js'],
    [factsOf(['server.js'], {}, 'worker: x\nweb: node worker.js\n'), 'Node.js app, start: node worker.js'],
    [factsOf(['index.html', 'app.js']), 'Static site, served from its root'],
    [factsOf(['index.html'], { devDependencies: { prettier: '1' } }), 'Static site, served from its root'],
    [factsOf(['public/index.html', 'README.md']), 'Static site, served from public/'],
    [factsOf(['dist/index.html']), 'Static site, served from dist/'],
    [factsOf(['main.py', 'app.py']), 'Python app, start: python3 main.py'],
    [factsOf(['requirements.txt'], undefined, 'web: gunicorn app:app'), 'Python app, start: gunicorn app:app'],
  ];
  for (const [facts, summary] of table) assert.equal(summaryOf(facts), summary);
});

test('detectPlan() says what it looked for, what it found and what to add', () => {
  const table: readonly (readonly [SourceFacts, RegExp])[] = [
    [factsOf([]), /^Cannot build an empty folder: .* Add an index\.html, a package\.json or a Dockerfile$/],
    [factsOf(['README.md', 'src/a.rs']), /looked for package\.json.*found README\.md, src\/\. Add one of these/],
    [
      factsOf([], { scripts: { build: 'vite build' } }),
      /^Cannot find how to start the Node\.js app: .*add a Dockerfile$/,
    ],
    [factsOf(['requirements.txt']), /^Cannot find how to start the Python app/],
    [{ files: new Set(['package.json']), packageJson: '{' }, /^Cannot read package\.json: .*Correct it/],
    [{ files: new Set(['package.json']), packageJson: '[]' }, /it is not a JSON object/],
  ];
  for (const [facts, message] of table) assert.match(summaryOf(facts), message);
});

function dockerfileOf(facts: SourceFacts): string {
  const detection = detectPlan(facts);
  assert.ok(detection.found);
  return renderDockerfile(detection.plan);
}

const NPM =
  '"env","HOME=/dev/slipway/scratch","npm_config_cache=/dev/slipway/scratch/npm","npm_config_update_notifier=false",' +
  '"npm_config_audit=false","npm_config_fund=false","npm"';

test('a Node.js app without dependencies is copied and nothing runs', () => {
  assert.equal(
    dockerfileOf(factsOf(['server.js'], {})),
    `FROM slipway/node:24
ENV NODE_ENV="production"
USER 1001:1001
WORKDIR /app
ENTRYPOINT []
CMD ["node","server.js"]
COPY --chown=1001:1001 [".","./"]
`,
  );
});

test('dependencies are a layer before the app, installed from the lockfile where there is one', () => {
  const manifest = { dependencies: { a: '1' }, scripts: { start: 'node .' } };
  const locked = dockerfileOf(factsOf(['package-lock.json', '.npmrc'], manifest))
    .split('\n')
    .slice(6, -1);
  assert.deepEqual(locked, [
    'COPY --chown=1001:1001 ["package.json","package-lock.json",".npmrc","./"]',
    `RUN [${NPM},"ci","--omit=dev"]`,
    'COPY --chown=1001:1001 [".","./"]',
  ]);
  assert.match(dockerfileOf(factsOf([], manifest)), /"npm","install","--omit=dev"\]/);
});

test('a build script runs with the development dependencies, which are removed afterwards', () => {
  const manifest = { devDependencies: { a: '1' }, scripts: { build: 'tsc', start: 'next start' } };
  const lines = dockerfileOf(factsOf([], manifest)).split('\n');
  assert.deepEqual(lines.slice(7, -1), [
    `RUN [${NPM},"install","--include=dev"]`,
    'COPY --chown=1001:1001 [".","./"]',
    `RUN [${NPM},"run","build"]`,
    `RUN [${NPM},"prune","--omit=dev"]`,
  ]);
  assert.equal(lines[1], 'ENV NODE_ENV="production" PATH="/app/node_modules/.bin:$PATH"');
  assert.equal(lines[5], 'CMD ["/bin/sh","-c","next start"]');
});

test('a static site keeps the command of its base image', () => {
  assert.equal(
    dockerfileOf(factsOf(['public/index.html'])),
    'FROM slipway/static:1\nUSER 1001:1001\nWORKDIR /srv/www\nCOPY --chown=1001:1001 ["public/","./"]\n',
  );
});

test('a Python app gets its requirements before its code', () => {
  assert.equal(
    dockerfileOf(factsOf(['requirements.txt', 'main.py'])),
    `FROM slipway/python:3
ENV PYTHONUNBUFFERED="1" PYTHONPATH="/app/.packages" PATH="/app/.packages/bin:$PATH"
USER 1001:1001
WORKDIR /app
ENTRYPOINT []
CMD ["python3","main.py"]
COPY --chown=1001:1001 ["requirements.txt","./"]
RUN ["env","HOME=/dev/slipway/scratch","PIP_DISABLE_PIP_VERSION_CHECK=1","python3","-m","pip","install","--no-cache-dir","--target","/app/.packages","-r","requirements.txt"]
COPY --chown=1001:1001 [".","./"]
`,
  );
});

test('renderIgnoreFile() keeps an uploaded node_modules away from the installed one', () => {
  const detection = detectPlan(factsOf(['index.js'], { dependencies: { a: '1' } }));
  assert.ok(detection.found);
  assert.equal(renderIgnoreFile(detection.plan), 'node_modules\n.git\n');
});

test('describeFiles() names the top of the folder, and how much more there is', () => {
  assert.equal(describeFiles(new Set(['b', 'a/x', 'a/y'])), 'a/, b');
  assert.equal(describeFiles(new Set('abcdefghij')), 'a, b, c, d, e, f, g, h and 2 more');
});
