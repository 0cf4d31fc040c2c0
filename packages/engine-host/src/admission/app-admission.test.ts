import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { appFor, revisionFor } from '../testing/engine-bed.ts';
import { AppAdmission, declaredMinimum, withWaiting } from './app-admission.ts';
import { CapacityLedger } from './capacity-ledger.ts';

const REVISION = revisionFor('web-00001', { scale: { instancesMin: 2 } });
const KEY = { projectId: 'p1', appName: 'web' };

function openAdmission(cpuMillis: number) {
  const told: string[] = [];
  const ledger = new CapacityLedger({ cpuMillis, memoryBytes: 1e12 });
  const admission = new AppAdmission({
    ledger,
    app: KEY,
    emit: ({ reason, message }) => told.push(`${reason}: ${message}`),
    onChange: () => told.push('changed'),
    onHopeless: () => told.push('hopeless'),
  });
  const enter = (instanceName: string, signal = new AbortController().signal) =>
    admission.enter({ instanceName, revision: REVISION, signal });
  return { admission, enter, ledger, told };
}

test('a start that waits is told once for its revision, and waits no more when there is room', async () => {
  const { admission, enter, ledger, told } = openAdmission(REVISION.cpuMillis);
  await enter('web-00001-a');
  const others = [enter('web-00001-b'), enter('web-00001-c')];
  await nextTurn();
  const sentence = 'FailedScheduling: "web" cannot start: no capacity: all vCPU of the platform is in use';
  assert.deepEqual(told, [sentence, 'changed']);
  assert.equal(admission.waitsFor('web-00001')?.isHopeless, false);
  assert.equal(admission.waitsFor('web-00002'), undefined);
  ledger.release('web-00001-a');
  await others[0];
  admission.release('web-00001-b');
  await others[1];
  assert.equal(admission.waitsFor('web-00001'), undefined);
});

test('a start that can never have its room is said to be hopeless, and may still be given up', async () => {
  const { admission, enter, told } = openAdmission(REVISION.cpuMillis - 1);
  const giveUp = new AbortController();
  const entering = enter('web-00001-a', giveUp.signal);
  await nextTurn();
  assert.equal(told.at(-1), 'hopeless');
  giveUp.abort(new Error('not wanted'));
  await assert.rejects(entering, /not wanted/);
  assert.equal(admission.waitsFor('web-00001'), undefined);
});

test('declaredMinimum() is that of the revisions with a share or a tag, or of the newest', () => {
  const { cpuMillis, memoryBytes } = REVISION;
  const size = { instances: 2, cpuMillis: 2 * cpuMillis, memoryBytes: 2 * memoryBytes, ephemeralStorageBytes: 0 };
  const next = revisionFor('web-00002', { scale: { instancesMin: 3 } });
  const workload = { ...appFor('web', REVISION, next), traffic: [{ revisionName: 'web-00001', percent: 100 }] };
  assert.deepEqual(declaredMinimum(workload), { projectId: 'p1', size });
  assert.equal(declaredMinimum({ ...workload, traffic: [] }).size.instances, 3);
  const tags = [{ hosts: ['next.test'], revisionName: 'web-00002' }];
  assert.equal(declaredMinimum({ ...workload, tags }).size.instances, 2 + 3);
  assert.equal(declaredMinimum({ ...workload, traffic: [], revisions: [] }).size.cpuMillis, 0);
});

test('withWaiting() speaks of room only when instances that must be there are not', async () => {
  const { admission, enter } = openAdmission(0);
  const giveUp = new AbortController();
  const entering = enter('web-00001-a', giveUp.signal);
  await nextTurn();
  const fault = admission.waitsFor('web-00001')?.fault;
  assert.ok(fault);
  const seen = { revisionName: 'web-00001', state: 'idle', instancesDesired: 2, instancesReady: 1 } as const;
  const waiting = { appName: 'web', fault };
  assert.equal(withWaiting(seen, REVISION, waiting).fault, 'no_capacity');
  assert.equal(withWaiting({ ...seen, instancesReady: 2 }, REVISION, waiting).fault, undefined);
  assert.equal(withWaiting({ ...seen, fault: 'exited' }, REVISION, waiting).fault, 'exited');
  assert.equal(withWaiting(seen, REVISION, undefined).fault, undefined);
  giveUp.abort(new Error('enough'));
  await assert.rejects(entering);
});
