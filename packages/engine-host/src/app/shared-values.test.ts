import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestFor } from '../testing/runtime-bed.ts';
import { SharedValues } from './shared-values.ts';
import { shareWorkload } from './shared-workload.ts';

test('SharedValues gives equal values once, and no others', () => {
  const values = new SharedValues();
  const first = { path: '/', port: 0 };
  assert.equal(values.share(first), first);
  assert.equal(values.share({ path: '/', port: 0 }), first);
  assert.notEqual(values.share({ path: '/', port: 1 }), first);
  assert.equal(values.size, 2);
});

test('shareWorkload() says the same in fewer objects', () => {
  const values = new SharedValues();
  const appFor = (appName: string) => ({
    projectId: 'p',
    appName,
    hosts: [`${appName}.test`],
    revisions: [
      requestFor('p', '', { revisionName: `${appName}-00001`, mounts: [{ volumeName: 'v', path: '/v' }] }).revision,
    ],
    traffic: [{ revisionName: `${appName}-00001`, percent: 100 }],
  });
  const [one, other] = [shareWorkload(appFor('one'), values), shareWorkload(appFor('other'), values)];
  assert.deepEqual(one, appFor('one'));
  assert.deepEqual(other, appFor('other'));
  const [ofOne, ofOther] = [one.revisions[0], other.revisions[0]];
  assert.equal(ofOne?.scale, ofOther?.scale);
  assert.equal(ofOne?.readiness, ofOther?.readiness);
  assert.equal(ofOne?.mounts, ofOther?.mounts);
});
