import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { appFor, createEngineBed, revisionFor, type EngineBed } from '../testing/engine-bed.ts';
import { foreignProblem, foreignProgram, FOREIGN_ORIGINS, type ForeignOrigin } from '../testing/foreign-origin.ts';
import { HOSTILE_REQUESTS, type HostileRequest } from '../testing/hostile-requests.ts';

const ECHO_ORIGIN = new URL('../testing/echo-origin.ts', import.meta.url).pathname;
const PARSERS = ['strict', 'lenient', 'gullible', ...FOREIGN_ORIGINS] as const;
type Parser = (typeof PARSERS)[number];
/** A message that one side takes for complete and the other does not would wait for ever. */
const ANSWER_WAIT_MAX_MS = 20_000;
const AT_ONCE = 4;
const REFUSALS: readonly number[] = [400, 404, 405, 501];
const MODERN_LINE = /^HTTP\/1\.[01] (\d{3}) /;

interface Seen {
  readonly count: number;
  readonly method: string;
  readonly url: string;
  readonly host: string;
}

interface Outcome {
  /** What the client got from the app, in order. */
  readonly messages: readonly Seen[];
  /** The first answer that was not from the app. */
  readonly refusal: number | undefined;
}

function originApp(bed: EngineBed, appName: string, parser: Parser) {
  const folder = join(dirname(bed.config.stateDir), appName);
  const program = isForeign(parser) ? foreignProgram(parser, folder) : [ECHO_ORIGIN, parser];
  return appFor(appName, { ...revisionFor(`${appName}-1`), arguments: [...program] });
}

function isForeign(parser: Parser): parser is ForeignOrigin {
  return FOREIGN_ORIGINS.some((origin) => origin === parser);
}

/** Everything the edge sends until it closes. */
async function sendBytes(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => socket.destroy());
  socket.write(Buffer.from(text, 'latin1'));
  const waiting = new AbortController();
  const late = sleep(ANSWER_WAIT_MAX_MS, 'late', { signal: waiting.signal }).catch(() => 'closed');
  const ended = await Promise.race([closed, late]);
  waiting.abort();
  socket.destroy();
  const got = Buffer.concat(chunks).toString('latin1');
  assert.notEqual(ended, 'late', `the edge waits for more; until then it said ${JSON.stringify(got)}`);
  return got;
}

function parseOutcome(text: string): Outcome {
  const messages: Seen[] = [];
  let refusal: number | undefined;
  for (let rest = text; rest !== '';) {
    const status = Number(MODERN_LINE.exec(rest)?.[1] ?? 0);
    const headEnd = rest.indexOf('\r\n\r\n') + 4;
    // Without a length the body ends with the connection, as in HTTP/1.0.
    const length = Number(/^content-length: (\d+)\r$/im.exec(rest.slice(0, headEnd))?.[1] ?? rest.length);
    const body = rest.slice(headEnd, headEnd + length);
    if (status === 200) messages.push(JSON.parse(body) as Seen);
    else refusal ??= status;
    rest = rest.slice(headEnd + length);
  }
  return { messages, refusal };
}

/** Sends one, then asks the app honestly: how many messages it has had in all tells what it made of the hostile one. */
async function attack(
  bed: EngineBed,
  appName: string,
  { bytes }: HostileRequest,
): Promise<Outcome & { total: number }> {
  const host = `${appName}.test`;
  const end = 'GET /end HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n';
  const outcome = parseOutcome(await sendBytes(bed.port, `${bytes}${end}`.replaceAll('HOST', host)));
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

function check(expected: HostileRequest['outcome'], outcome: Outcome, received: number): void {
  const told = outcome.messages.map(({ method, url }) => `${method} ${url}`);
  assert.equal(
    received,
    told.length,
    `the app had ${received} messages, the edge ${told.join(', ') || 'none'} and ${outcome.refusal}`,
  );
  if (expected !== 'refused') {
    assert.deepEqual(told, expected);
    return;
  }
  // One that is understood and answered without the app leaves the connection as it is.
  assert.ok(told.every((message) => message === 'GET /end') && told.length < 2, told.join(', '));
  assert.ok(REFUSALS.includes(outcome.refusal ?? 0), `refused with ${outcome.refusal}: ${told.join(', ')}`);
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
        check(outcomeAt(parser, request), outcome, received);
      });
    assert.equal(JSON.parse((await bed.call('other.test')).body).count, 1);
  });
}

// Before an app that sleeps Node's parser reads; behind it, one that trusts and one that does not.
for (const [index, parser] of (['strict', 'gullible'] as const).entries()) {
  test(`what a hostile request means to a ${parser} origin does not change when the app sleeps`, async (t) => {
    const bed = await createEngineBed(t, { network: `84.${20 + index}`, slotCount: HOSTILE_REQUESTS.length + 1 });
    const names = HOSTILE_REQUESTS.map((_request, at) => `app${at}`);
    await bed.engine.start({ projects: [], apps: names.map((name) => originApp(bed, name, parser)) });
    const left = [...HOSTILE_REQUESTS.entries()];
    async function work(): Promise<void> {
      for (let next = left.shift(); next; next = left.shift()) {
        const [at, request] = next;
        const name = names[at] ?? '';
        await t.test(`asleep: ${request.name}`, async () => {
          const outcome = await attack(bed, name, request);
          check(outcomeAt('strict', request), outcome, outcome.total - 1);
        });
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });
}
