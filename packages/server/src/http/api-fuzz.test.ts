/**
 * Random requests to every operation over HTTP, with real control and a real store. `SLIPWAY_FUZZ_RUNS` says how many of each
 * kind for each operation, `SLIPWAY_FUZZ_SEED` repeats a run that found something.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { OPERATIONS, type Operation, type OperationId } from '@slipway/spec';
import { CASE_MAKERS } from '../testing/fuzz/fuzz-case.ts';
import { checkAnswer } from '../testing/fuzz/check-answer.ts';
import { layFuzzGround, pathFor, readerOf, type FuzzGround } from '../testing/fuzz/fuzz-ground.ts';

const RUNS = Number(process.env['SLIPWAY_FUZZ_RUNS'] ?? 2);
const SEED = Number(process.env['SLIPWAY_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** Kinds of which every request to one operation is the same. */
const ALWAYS_ALIKE: ReadonlySet<string> = new Set(['oversize', 'good']);
/** Deletes that end later: what they delete may be there for a moment. */
const SLOW_DELETES: ReadonlySet<OperationId> = new Set(['deleteProject', 'deleteApp', 'deleteBuildRun']);

/** Operations that no request here can bring to success, with the reason. */
const UNREACHED: Partial<Record<OperationId, string>> = {
  getReclamation: 'needs a project that was deleted; the test of the whole API reads one',
  deleteAppRevision: 'needs a newer revision that serves; the test of the whole API deletes one',
};

/** Thousands of requests: minutes on a machine that is busy with other things. */
const TEST_MS_MAX = 5 * 60_000;

test('every operation keeps its promises whatever it is sent', { timeout: TEST_MS_MAX }, async (t) => {
  const ground = await layFuzzGround(t);
  t.diagnostic(`seed ${SEED}, ${RUNS} of each kind`);
  const reached = new Set<OperationId>();
  const all = Object.keys(OPERATIONS) as OperationId[];
  const others = all.filter((id) => !takesGround(id));
  const deletes = all.filter(takesGround).toSorted((one, other) => groundRank(one) - groundRank(other));
  // While there is room below the quotas; random deletes take the ground away, so they come last.
  for (const id of deletes) await deleteTwice(id, ground, reached);
  // Reads disturb nobody, so they share the waits for streams that are cut.
  const reads = others.filter((id) => OPERATIONS[id].method === 'GET');
  const counts = await Promise.all(reads.map((id) => fuzzOperation(id, ground, reached)));
  let count = counts.reduce((sum, one) => sum + one, 0);
  for (const id of others) if (!reads.includes(id)) count += await fuzzOperation(id, ground, reached);
  for (const id of deletes) count += await fuzzOperation(id, ground, reached);
  t.diagnostic(`${count} requests`);
  assert.ok(count > all.length * RUNS, `only ${count} requests`);
  assert.deepEqual(
    all.filter((id) => !reached.has(id) && !(id in UNREACHED)),
    [],
    'no request to these operations succeeded',
  );
});

/** Random quotas leave no room for anything else. */
function takesGround(id: OperationId): boolean {
  return OPERATIONS[id].method === 'DELETE' || id === 'updateProjectQuotas';
}

/** What takes all goes last. */
function groundRank(id: OperationId): number {
  if (id === 'deleteProject') return 2;
  return id === 'updateProjectQuotas' ? 0 : 1;
}

/** Returns how many requests were made. */
async function fuzzOperation(id: OperationId, ground: FuzzGround, reached: Set<OperationId>): Promise<number> {
  let count = 0;
  for (const [kind, makeCase] of Object.entries(CASE_MAKERS)) {
    const cases = makeCase(id, ground);
    if (!cases) continue;
    const numRuns = ALWAYS_ALIKE.has(kind) ? 1 : RUNS;
    const property = fc.asyncProperty(cases, async ({ request, expect, why }) => {
      count += 1;
      const answer = await ground.send(request);
      checkAnswer({ id, request, expect, why }, answer);
      if (answer.status < 300) reached.add(id);
    });
    await fc.assert(property, { seed: SEED, numRuns, endOnFailure: true });
  }
  return count;
}

/** What was deleted is gone for every other operation, and the ids of others lead nowhere. */
async function deleteTwice(id: OperationId, ground: FuzzGround, reached: Set<OperationId>): Promise<void> {
  const params = await ground.createFresh(id);
  if (!params) return;
  const { authorization } = ground;
  const headers = { authorization };
  const request = { method: 'DELETE', path: pathFor(id, params), headers };
  checkAnswer({ id, request, expect: 'good', why: 'delete what was made' }, await ground.send(request));
  reached.add(id);
  if (SLOW_DELETES.has(id)) return;
  checkAnswer({ id, request, expect: 'not_found', why: 'delete it again' }, await ground.send(request));
  const reader = readerOf(id);
  if (!reader) return;
  const read = { ...request, method: (OPERATIONS[reader] as Operation).method };
  checkAnswer({ id: reader, request: read, expect: 'not_found', why: 'use after delete' }, await ground.send(read));
}
