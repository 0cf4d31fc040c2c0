import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { appFor, createEngineBed, revisionFor, type EngineBed } from '../testing/engine-bed.ts';
import { foreignProblem, foreignProgram, FOREIGN_ORIGINS, type ForeignOrigin } from '../testing/foreign-origin.ts';
import {
  checkOutcome,
  parseOutcome,
  requestBytes,
  sendBytes,
  type Outcome,
  type Seen,
} from '../testing/hostile-exchange.ts';
import { HOSTILE_REQUESTS, type HostileRequest } from '../testing/hostile-requests.ts';

const ECHO_ORIGIN = new URL('../testing/echo-origin.ts', import.meta.url).pathname;
const PARSERS = ['strict', 'lenient', 'gullible', ...FOREIGN_ORIGINS] as const;
type Parser = (typeof PARSERS)[number];

function originApp(bed: EngineBed, appName: string, parser: Parser) {
  const folder = join(dirname(bed.config.stateDir), appName);
  const program = isForeign(parser) ? foreignProgram(parser, folder) : [ECHO_ORIGIN, parser];
  return appFor(appName, { ...revisionFor(`${appName}-1`), arguments: [...program] });
}

function isForeign(parser: Parser): parser is ForeignOrigin {
  return FOREIGN_ORIGINS.some((origin) => origin === parser);
}

/** Sends one, then asks the app honestly: how many messages it has had in all tells what it made of the hostile one. */
async function attack(bed: EngineBed, appName: string, request: HostileRequest): Promise<Outcome & { total: number }> {
  const host = `${appName}.test`;
  const outcome = parseOutcome(await sendBytes(bed.port, requestBytes(request, host)));
  const honest = await bed.call(host, { path: '/honest' });
  assert.equal(honest.status, 200, `${honest.body}${bed.log.join('\n')}`);
  const seen = JSON.parse(honest.body) as Seen;
  assert.equal(seen.url, '/honest', 'an honest client got the answer to another request');
  for (const message of outcome.messages) assert.equal(message.host.split(':')[0], host);
  return { ...outcome, total: seen.count };
}

function outcomeAt(parser: Parser, { outcome, refusedBy }: HostileRequest): HostileRequest['outcome'] {
  return refusedBy?.some((one) => one === parser) ? 'refused' : outcome;
}

for (const [index, parser] of PARSERS.entries()) {
  const skip = isForeign(parser) && foreignProblem(parser);
  test(`edge and a ${parser} origin agree on every hostile request, and others notice nothing`, { skip }, async (t) => {
    const bed = await createEngineBed(t, { network: `84.${10 + index}`, slotCount: 4 });
    await bed.engine.start({ projects: [], apps: [originApp(bed, 'app', parser), originApp(bed, 'other', parser)] });
    let total = JSON.parse((await bed.call('app.test')).body).count as number;
    for (const request of HOSTILE_REQUESTS)
      await t.test(`awake: ${request.name}`, async () => {
        const outcome = await attack(bed, 'app', request);
        const received = outcome.total - total - 1;
        total = outcome.total;
        checkOutcome(outcomeAt(parser, request), outcome, received);
      });
    assert.equal(JSON.parse((await bed.call('other.test')).body).count, 1);
  });
}
