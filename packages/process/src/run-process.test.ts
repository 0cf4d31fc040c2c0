import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessFailure, runProcess } from './run-process.ts';

const node = process.execPath;

test('runProcess() returns what the program printed', async () => {
  const result = await runProcess([node, '-e', 'console.log("out"); console.error("err")']);
  assert.deepEqual(result, { exitCode: 0, stdout: 'out\n', stderr: 'err\n', timedOut: false });
});

test('runProcess() passes arguments untouched by any shell', async () => {
  const hostile = '$(id); `id` "quoted" *';
  const result = await runProcess([node, '-p', 'process.argv[1]', hostile]);
  assert.equal(result.stdout.trimEnd(), hostile);
});

test('runProcess() rejects with the exit code and the last line of stderr', async () => {
  await assert.rejects(runProcess([node, '-e', 'console.error("first\\nlast"); process.exit(3)']), (error) => {
    assert.ok(error instanceof ProcessFailure);
    assert.equal(error.exitCode, 3);
    assert.match(error.message, /ended with code 3: last$/);
    return true;
  });
});

test('runProcess() rejects when the program does not exist', async () => {
  await assert.rejects(runProcess(['/nonexistent/program']), (error) => {
    assert.ok(error instanceof ProcessFailure);
    assert.match(error.message, /ENOENT/);
    return true;
  });
});

test('runProcess() ends a program that runs too long', async () => {
  await assert.rejects(runProcess([node, '-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 50 }), (error) => {
    assert.ok(error instanceof ProcessFailure);
    assert.equal(error.timedOut, true);
    return true;
  });
});

test('runProcess() keeps only the tail of a large output', async () => {
  const result = await runProcess([node, '-e', 'process.stdout.write("a".repeat(200000) + "end")'], {
    outputBytesMax: 10,
  });
  assert.equal(result.stdout, 'aaaaaaaend');
});

test('runProcess() hands out lines as they come', async () => {
  const lines: string[] = [];
  await runProcess([node, '-e', 'process.stdout.write("one\\ntwo"); process.stderr.write("three\\n")'], {
    onLine: (line, stream) => lines.push(`${stream}:${line}`),
  });
  assert.deepEqual(lines.toSorted(), ['stderr:three', 'stdout:one', 'stdout:two']);
});

test('runProcess() feeds standard input', async () => {
  const result = await runProcess([node, '-e', 'process.stdin.pipe(process.stdout)'], { stdin: 'hello' });
  assert.equal(result.stdout, 'hello');
});
