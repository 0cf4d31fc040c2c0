import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, findRecordedProcess, startDetached } from './detached-process.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

const FOREVER = 'console.log("ready"); setInterval(() => {}, 1000);';
const STUBBORN = `process.on('SIGTERM', () => {}); ${FOREVER}`;
const LONG_MS = 10_000;

function bed(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-detached-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const logPath = join(folder, 'log');
  return {
    logPath,
    recordPath: join(folder, 'record.json'),
    /** Resolves when the program has said that it is ready. */
    start: async (code: string, logBytesMax = 1000): Promise<ProcessIdentity> => {
      const identity = await startDetached([process.execPath, '-e', code], { logPath, logBytesMax });
      t.after(() => endProcess(identity, { signal: 'SIGKILL', graceMs: LONG_MS }));
      const deadline = Date.now() + LONG_MS;
      while (!readFileSync(logPath, 'utf8').endsWith('ready\n')) {
        assert.ok(Date.now() < deadline, 'the program did not start');
        await sleep(5);
      }
      return identity;
    },
  };
}

test('endProcess() ends a process that obeys', async (t) => {
  const identity = await bed(t).start(FOREVER);
  assert.equal(isAlive(identity), true);
  await endProcess(identity, { graceMs: LONG_MS });
  assert.equal(isAlive(identity), false);
});

test('endProcess() kills a process that does not obey', async (t) => {
  const identity = await bed(t).start(STUBBORN);
  await endProcess(identity, { graceMs: 50 });
  assert.equal(isAlive(identity), false);
});

test('startDetached() appends to its log, and begins a large one anew', async (t) => {
  const { logPath, start } = bed(t);
  writeFileSync(logPath, 'before\n');
  await start(FOREVER);
  assert.equal(readFileSync(logPath, 'utf8'), 'before\nready\n');
  await start(FOREVER, 5);
  assert.equal(readFileSync(logPath, 'utf8'), 'ready\n');
});

test('startDetached() names the program that does not exist', async (t) => {
  const { logPath } = bed(t);
  await assert.rejects(startDetached(['/nonexistent/program'], { logPath, logBytesMax: 0 }), (error) => {
    assert.match((error as Error).message, /^Cannot start \/nonexistent\/program: it is not installed/);
    assert.equal(((error as Error).cause as NodeJS.ErrnoException).code, 'ENOENT');
    return true;
  });
});

test('findRecordedProcess() finds a living process with all that was recorded, and nothing else', async (t) => {
  const { recordPath, start } = bed(t);
  assert.equal(findRecordedProcess(recordPath), undefined);
  writeFileSync(recordPath, '{"pid":');
  assert.equal(findRecordedProcess(recordPath), undefined);
  const record = { ...(await start(FOREVER)), digest: 'abc' };
  writeFileSync(recordPath, JSON.stringify(record));
  assert.deepEqual(findRecordedProcess(recordPath), record);
  await endProcess(record, { graceMs: LONG_MS });
  assert.equal(findRecordedProcess(recordPath), undefined);
});
