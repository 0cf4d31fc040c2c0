/** Orders at a real ACME server: what is proved is issued, what is not is refused with a sentence. */
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createAcmeIssuer, makeAccountKey } from './acme-issuer.ts';
import { pebbleProblem, startPebble } from './testing/pebble-server.ts';

const skip = pebbleProblem() ?? false;
const PATH = '/.well-known/acme-challenge/';

async function openBed(t: TestContext) {
  const answers = new Map<string, string>();
  const server = createServer((request, response) => {
    const answer = answers.get((request.url ?? '').slice(PATH.length));
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer ?? 'nothing here');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const pebble = await startPebble({ httpPort: port });
  t.after(async () => {
    await pebble[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });
  const accountKey = await makeAccountKey();
  const options = {
    directory: pebble.directory,
    caPem: pebble.caPem,
    email: 'operator@example.com',
    accountKey: async () => accountKey,
    async answerChallenge(token: string, answer: string) {
      answers.set(token, answer);
      return async () => void answers.delete(token);
    },
  };
  return { pebble, answers, options, signal: new AbortController().signal };
}

test('order() proves a domain over HTTP, and takes its answer back', { skip }, async (t) => {
  const { answers, options, pebble, signal } = await openBed(t);
  const issuer = createAcmeIssuer(options);
  const issued = await issuer.order(['www.example.com'], signal);
  const leaf = new X509Certificate(issued.chainPem);
  assert.equal(leaf.checkHost('www.example.com'), 'www.example.com');
  assert.ok(leaf.checkPrivateKey(createPrivateKey(issued.keyPem)));
  assert.ok(issued.notAfter > issued.notBefore);
  assert.match(await pebble.readRoot(), /BEGIN CERTIFICATE/);
  assert.equal(answers.size, 0);
  // The account is the same; it is found again by its key.
  assert.ok(await issuer.order(['other.example.com'], signal));
});

test('order() proves a wildcard by the program of the operator', { skip }, async (t) => {
  const { options, pebble, signal } = await openBed(t);
  const issuer = createAcmeIssuer({ ...options, dnsHook: pebble.dnsHook });
  const issued = await issuer.order(['*.shop.apps.example.com'], signal);
  assert.equal(new X509Certificate(issued.chainPem).checkHost('web.shop.apps.example.com'), '*.shop.apps.example.com');
});

test('order() says in a sentence why a domain is not proved', { skip }, async (t) => {
  const { options, signal } = await openBed(t);
  const silent = createAcmeIssuer({ ...options, answerChallenge: async () => async () => undefined });
  await assert.rejects(
    silent.order(['www.example.com'], signal),
    /Incorrect validation|Invalid response|404|not found/i,
  );
  await assert.rejects(createAcmeIssuer(options).order(['*.example.com'], signal), /no way to prove example.com/);
});

test('order() says what the program of the operator said', { skip }, async (t) => {
  const { options, pebble, signal } = await openBed(t);
  const dnsHook = join(dirname(pebble.caFile), 'broken-hook');
  await writeFile(dnsHook, '#!/bin/sh\necho "no such zone" >&2\nexit 3\n');
  await chmod(dnsHook, 0o755);
  const issuer = createAcmeIssuer({ ...options, dnsHook });
  await assert.rejects(
    issuer.order(['*.example.com'], signal),
    /DNS hook cannot present _acme-challenge.example.com: no such zone/,
  );
});

test('order() ends when its caller does, and when the authority is not there', { skip }, async (t) => {
  const { options } = await openBed(t);
  const caller = new AbortController();
  caller.abort(new Error('stopped'));
  await assert.rejects(createAcmeIssuer(options).order(['www.example.com'], caller.signal), /stopped/);
  const gone = createAcmeIssuer({ ...options, directory: 'https://127.0.0.1:1/dir' });
  await assert.rejects(gone.order(['www.example.com'], new AbortController().signal), /The authority does not answer/);
});
