/**
 * The kinds of requests the fuzzer makes of every operation, after the checks of Schemathesis and the rules of RESTler:
 * positive and negative data, a missing header, an unsupported method, an ignored credential, use after delete, foreign
 * ids, oversize bodies, odd text and deep nesting.
 */
import fc from 'fast-check';
import { BODY_BYTES_MAX, METHODS, OPERATIONS, type Operation, type OperationId } from '@slipway/spec';
import { brokenValue } from './broken-value.ts';
import { SECRET_MARK, type Expectation } from './check-answer.ts';
import { jsonHeaders, pathFor, type FuzzGround, type Params } from './fuzz-ground.ts';
import { GOOD_BODIES, GOOD_CHANGES, SOURCE, SOURCE_SHA256 } from './good-bodies.ts';
import { hostileText } from './hostile-text.ts';
import type { RawRequest } from './send-raw.ts';
import { validValue } from './valid-value.ts';

export interface FuzzCase {
  readonly why: string;
  readonly request: RawRequest;
  readonly expect: Expectation;
}

type CaseMaker = (id: OperationId, ground: FuzzGround) => fc.Arbitrary<FuzzCase> | undefined;

const DEPTH = 20_000;
const HOSTILE_DOCUMENTS: readonly string[] = [
  '',
  'null',
  '[]',
  '"text"',
  '7',
  '{',
  '{"name":"a","name":"b"}',
  '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}',
  '{"name":1e400}',
  '{"name":"\\ud800"}',
  '\ufeff{}',
  '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH),
  '['.repeat(DEPTH) + ']'.repeat(DEPTH),
  `{"data":{${Array.from({ length: 5_000 }, (_none, at) => `"k${at}":"v"`).join(',')}}}`,
  `{"run_env_variables":[${'{"name":"A","value":"b"},'.repeat(5_000)}{"name":"A"}]}`,
  `{"name":"${'x'.repeat(100_000)}"}`,
];
const WRONG_CREDENTIALS: readonly (string | undefined)[] = [
  undefined,
  '',
  'Bearer',
  'Bearer x',
  'Basic YTpi',
  'bearer null',
];
const WRONG_TYPES: readonly string[] = ['text/plain', 'application/xml', 'multipart/form-data; boundary=a', ''];

export const CASE_MAKERS: Readonly<Record<string, CaseMaker>> = {
  good: (id, ground) => {
    const make = GOOD_BODIES[id];
    const isRead = OPERATIONS[id].method === 'GET';
    const change = GOOD_CHANGES[id];
    if (!make && !change && !isRead) return undefined;
    const body = () => (make ? make(ground.freshName()) : change);
    // Reads may name what is not there any more, and a project has quotas.
    const expect = change ? 'good' : 'answered';
    return fc
      .constant(undefined)
      .map(() => ({ why: 'all in order', request: requestFor(id, ground, { body: body() }), expect }));
  },
  valid: (id, ground) =>
    partsOf(id, ground).map(({ query, body }) => ({
      why: 'valid by the schema',
      request: requestFor(id, ground, { query, body }),
      expect: 'answered' as const,
    })),
  'broken body': (id, ground) => {
    const { body: schema, bodyKind }: Operation = OPERATIONS[id];
    if (!schema || bodyKind === 'binary') return undefined;
    return validValue(schema, ground.words)
      .chain((valid) => brokenValue(schema, valid, { resets: bodyKind === 'merge-patch' }))
      .map(({ value, rule }) => ({
        why: rule,
        request: requestFor(id, ground, { body: value }),
        expect: 'refused' as const,
      }));
  },
  'unknown query parameter': (id, ground) =>
    hostileText().map((text) => ({
      why: 'a parameter that no operation has',
      request: requestFor(id, ground, { query: { surely_unknown: text } }),
      expect: 'refused' as const,
    })),
  'hostile query': (id, ground) => {
    const names = Object.keys((OPERATIONS[id] as Operation).query?.properties ?? {});
    if (names.length === 0) return undefined;
    return fc.tuple(fc.constantFrom(...names), hostileText()).map(([name, text]) => ({
      why: 'odd text in a query parameter',
      request: requestFor(id, ground, { query: { [name]: text } }),
      expect: 'answered' as const,
    }));
  },
  'unknown page': (id, ground) => {
    if (!Object.hasOwn((OPERATIONS[id] as Operation).query?.properties ?? {}, 'start')) return undefined;
    const forged = hostileText({ maxLength: 200 }).map((text) => Buffer.from(`after:${text}`).toString('base64url'));
    const unknown = fc.constantFrom('testString', 'after:', '!', 'YWZ0ZXI', '0'.repeat(512));
    return fc.oneof(
      unknown.map((start) => ({
        why: 'a page token of nobody',
        request: requestFor(id, ground, { query: { start } }),
        expect: 'answered' as const,
      })),
      forged.map((start) => ({
        why: 'a page token of somebody else',
        request: requestFor(id, ground, { query: { start } }),
        expect: 'answered' as const,
      })),
    );
  },
  'wrong entity tag': (id, ground) => {
    if ((OPERATIONS[id] as Operation).ifMatch !== true) return undefined;
    return fc.constantFrom('stale', '"stale"', 'W/"stale"', '""', '" "', 'a, b', '**', 'x'.repeat(5_000)).map((tag) => {
      const request = requestFor(id, ground, { body: GOOD_CHANGES[id] ?? {} });
      return {
        why: 'an entity tag that nothing has',
        request: { ...request, headers: { ...request.headers, 'if-match': tag } },
        expect: 'refused' as const,
      };
    });
  },
  'patch with null': (id, ground) => {
    const { body, bodyKind }: Operation = OPERATIONS[id];
    const names = Object.keys(body?.properties ?? {});
    if (bodyKind !== 'merge-patch' || names.length === 0) return undefined;
    return fc.subarray(names, { minLength: 1 }).map((reset) => ({
      why: 'fields back to their defaults',
      request: requestFor(id, ground, { body: Object.fromEntries(reset.map((name) => [name, null] as const)) }),
      expect: 'answered' as const,
    }));
  },
  'hostile path': (id, ground) =>
    fc.tuple(fc.constantFrom(...Object.keys(ground.paramsFor(id))), hostileText()).map(([name, text]) => ({
      why: 'odd text in the path',
      request: requestFor(id, ground, { params: { ...ground.paramsFor(id), [name]: text } }),
      expect: 'answered' as const,
    })),
  'hostile document': (id, ground) => {
    if (!(OPERATIONS[id] as Operation).body) return undefined;
    return fc.constantFrom(...HOSTILE_DOCUMENTS).map((text) => ({
      why: 'a document that breaks parsers',
      request: { ...requestFor(id, ground, {}), body: text },
      expect: 'answered' as const,
    }));
  },
  'no credential': (id, ground) =>
    fc.constantFrom(...WRONG_CREDENTIALS).map((authorization) => {
      const { authorization: _good, ...headers } = requestFor(id, ground, {}).headers;
      return {
        why: 'no valid credential',
        request: {
          ...requestFor(id, ground, {}),
          headers: authorization === undefined ? headers : { ...headers, authorization },
        },
        expect: 'unauthorized' as const,
      };
    }),
  // A project that is there and one that is not must look alike to whoever may see neither.
  stranger: (id, ground) => {
    if (!OPERATIONS[id].path.startsWith('/projects/{')) return undefined;
    return fc.tuple(partsOf(id, ground), fc.boolean()).map(([{ query, body }, isBroken]) => {
      const request = requestFor(
        id,
        ground,
        isBroken ? { query: { surely_unknown: '1' }, body: null } : { query, body },
      );
      return {
        why: 'a caller who is a member of nothing',
        request: { ...request, headers: { ...request.headers, authorization: ground.strangerAuthorization } },
        // Whether a caller may delete projects at all does not depend on any project.
        expect: OPERATIONS[id].access.startsWith('platform_') ? ('refused' as const) : ('not_found' as const),
      };
    });
  },
  'unsupported method': (id, ground) => {
    const { path } = OPERATIONS[id];
    const taken = new Set<string>(Object.values(OPERATIONS).flatMap((one) => (one.path === path ? [one.method] : [])));
    const free = [...METHODS, 'PROPFIND', 'OPTIONS'].filter((method) => !taken.has(method));
    return fc.constantFrom(...free).map((method) => ({
      why: 'a method that nothing answers here',
      request: { ...requestFor(id, ground, {}), method },
      expect: 'wrong_method' as const,
    }));
  },
  'foreign project': (id, ground) => {
    if (!OPERATIONS[id].path.includes('{project_id}')) return undefined;
    return fc.tuple(partsOf(id, ground), fc.uuid()).map(([{ query, body }, other]) => ({
      why: 'a project that does not exist',
      request: requestFor(id, ground, { query, body, params: { ...ground.paramsFor(id), project_id: other } }),
      expect: 'refused' as const,
    }));
  },
  'missing header': (id, ground) => {
    const operation: Operation = OPERATIONS[id];
    const drops = [...(operation.ifMatch ? ['if-match'] : []), ...(operation.body ? ['content-type'] : [])];
    if (drops.length === 0) return undefined;
    return fc.tuple(fc.constantFrom(...drops), fc.constantFrom(...WRONG_TYPES)).map(([drop, type]) => {
      const request = requestFor(id, ground, { body: GOOD_CHANGES[id] ?? GOOD_BODIES[id]?.(ground.freshName()) ?? {} });
      const headers = Object.entries(request.headers).filter(([name]) => name !== drop);
      const wrong = drop === 'content-type' && type !== '' ? { 'content-type': type } : {};
      return {
        why: `no or another header ${drop}`,
        request: { ...request, headers: { ...Object.fromEntries(headers), ...wrong } },
        expect: 'refused' as const,
      };
    });
  },
  oversize: (id, ground) => {
    const { body, bodyKind }: Operation = OPERATIONS[id];
    if (!body || bodyKind === 'binary') return undefined;
    return fc.constant({
      why: 'more than a body may have',
      request: { ...requestFor(id, ground, {}), body: JSON.stringify({ name: 'x'.repeat(BODY_BYTES_MAX) }) },
      expect: 'refused' as const,
    });
  },
};

/** Query and body that the schemas allow. */
function partsOf(
  id: OperationId,
  ground: FuzzGround,
): fc.Arbitrary<{ readonly query: object; readonly body: unknown }> {
  const operation: Operation = OPERATIONS[id];
  const body =
    operation.body && operation.bodyKind !== 'binary'
      ? validValue(operation.body, markedWords(ground))
      : fc.constant(undefined);
  const query = operation.query ? validValue(operation.query, ground.words) : fc.constant({});
  return fc.record({ query: query as fc.Arbitrary<object>, body }, { noNullPrototype: true });
}

/** Values of secrets that no refusal may tell. */
function markedWords(ground: FuzzGround): FuzzGround['words'] {
  return {
    ...ground.words,
    password: [SECRET_MARK],
    tls_key: [SECRET_MARK],
    secret_access_key: [SECRET_MARK],
    ssh_key: [SECRET_MARK],
  };
}

interface Asked {
  readonly params?: Params;
  readonly query?: object;
  readonly body?: unknown;
}

function requestFor(id: OperationId, ground: FuzzGround, asked: Asked): RawRequest {
  const operation: Operation = OPERATIONS[id];
  const query = new URLSearchParams(
    Object.entries({ ...(operation.bodyKind === 'binary' && { sha256: SOURCE_SHA256 }), ...asked.query }).map(
      ([name, value]) => [name, String(value)] as [string, string],
    ),
  ).toString();
  const path = pathFor(id, asked.params ?? ground.paramsFor(id));
  const hasBody = operation.body !== undefined;
  return {
    method: operation.method,
    path: query === '' ? path : `${path}?${query}`,
    headers: {
      ...(hasBody ? jsonHeaders(ground.authorization) : { authorization: ground.authorization }),
      ...(operation.ifMatch && { 'if-match': '*' }),
      ...(operation.bodyKind === 'binary' && { 'content-type': 'application/octet-stream' }),
    },
    ...(hasBody && {
      body: operation.bodyKind === 'binary' ? SOURCE : JSON.stringify('body' in asked ? asked.body : {}),
    }),
  };
}
