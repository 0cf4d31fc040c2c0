import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPERATIONS, type OperationId } from '@slipway/spec';
import { describeCall, safeName } from './audit-action.ts';

const PARAMS = { project_id: 'p1', id: 'i1', app_name: 'web', name: 'n1' };

function described(id: OperationId): string {
  const { action, targetName, projectId } = describeCall(id, { method: OPERATIONS[id].method, params: PARAMS });
  return `${action} ${targetName || '-'} ${projectId || '-'}`;
}

test('describeCall() has the words of the public audit events', () => {
  const cases = {
    createApp: 'codeengine.application.create - p1',
    updateApp: 'codeengine.application.update n1 p1',
    getAppRevision: 'codeengine.revision.read n1 p1',
    listJobRuns: 'codeengine.jobrun.list - p1',
    replaceConfigMap: 'codeengine.configmap.update n1 p1',
    deleteBinding: 'codeengine.servicebinding.delete i1 p1',
    listDomainMappings: 'codeengine.domainmapping.list - p1',
    listAppLogs: 'codeengine.log.list web p1',
    getProject: 'codeengine.project.read i1 i1',
    restoreProject: 'codeengine.project.update i1 i1',
    listProjects: 'codeengine.project.list - -',
    updateProjectQuotas: 'codeengine.quota.update - p1',
    listBuildStrategies: 'codeengine.buildstrategy.list - -',
    deleteApiKey: 'codeengine.apikey.delete i1 -',
    setMember: 'codeengine.member.update i1 p1',
    getProjectStatusDetails: 'codeengine.statusdetail.read - p1',
  } satisfies Partial<Record<OperationId, string>>;
  for (const [id, wanted] of Object.entries(cases)) assert.equal(described(id as OperationId), wanted, id);
});

test('describeCall() finds a word for every operation', () => {
  for (const id of Object.keys(OPERATIONS) as OperationId[])
    assert.match(described(id), /^codeengine\.[a-z]+\.(create|read|list|update|delete) /, id);
});

test('describeCall() says of a call that no operation answers nothing that its caller chose', () => {
  const { action, targetName } = describeCall(undefined, { method: 'POST', params: { name: 'x' } });
  assert.deepEqual([action, targetName], ['codeengine.unknown.create', '']);
});

test('safeName() keeps one bounded line', () => {
  assert.equal(safeName('a\r\nb\u202ec'), 'a\u{fffd}\u{fffd}b\u{fffd}c');
  assert.equal(safeName('x'.repeat(1000)).length, 253);
  assert.equal(safeName(undefined), '');
});
