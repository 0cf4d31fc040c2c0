/** The platform under test with one of everything in a project, and how to address an operation of it. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { OPERATIONS, type Operation, type OperationId } from '@slipway/spec';
import { startRealControl } from '../real-control.ts';
import { GOOD_BODIES, GROUND, SOURCE, SOURCE_SHA256 } from './good-bodies.ts';
import { createSender, type RawAnswer, type RawRequest, type SendRaw } from './send-raw.ts';
import type { Dictionary } from './valid-value.ts';

export type Params = Readonly<Record<string, string>>;

/** What the answer to a creation is read for. */
interface Made {
  readonly id?: string;
  readonly name?: string;
}

export interface FuzzGround {
  readonly send: SendRaw;
  readonly projectId: string;
  /** Header of a caller who may do everything. */
  readonly authorization: string;
  /** Header of a user who is a member of nothing. */
  readonly strangerAuthorization: string;
  readonly words: Dictionary;
  /** Path parameters that lead to something that exists. */
  readonly paramsFor: (id: OperationId) => Params;
  /** Makes a fresh thing of the kind that `id` works on; undefined when nothing creates that kind. */
  readonly createFresh: (id: OperationId) => Promise<Params | undefined>;
  readonly freshName: () => string;
}

export async function layFuzzGround(t: TestContext): Promise<FuzzGround> {
  const { client, origin, token } = await startRealControl(t);
  const { send, close } = createSender(origin);
  t.after(close);
  const authorization = `Bearer ${token}`;
  const { apikey } = await client.createApiKey({ body: { name: 'stranger', owner: 'stranger' } });
  const { projects } = await client.listProjects();
  const projectId = projects[0]?.id ?? '';
  let count = 0;
  const freshName = () => `fresh-${(count += 1)}`;

  const create = async (creator: OperationId, body: object): Promise<RawAnswer> => {
    const { method } = OPERATIONS[creator];
    const path = pathFor(creator, { project_id: projectId, id: freshName() });
    return await send({ method, path, headers: jsonHeaders(authorization), body: JSON.stringify(body) });
  };
  const source = await client.createSource({
    params: { project_id: projectId },
    query: { sha256: SOURCE_SHA256 },
    body: new TextEncoder().encode(SOURCE),
  });
  /** Operation that creates → the first thing it made. */
  const first = new Map<OperationId, Made>([['createSource', source]]);
  for (const [id, body] of GROUND) {
    const answer = await create(id, body);
    assert.equal(answer.status, OPERATIONS[id].status, `the ground cannot be laid: ${id} ${answer.text}`);
    if (!first.has(id)) first.set(id, JSON.parse(answer.text) as Made);
  }

  return {
    send,
    projectId,
    authorization,
    strangerAuthorization: `Bearer ${apikey}`,
    freshName,
    words: {
      ...wordsOf(GROUND),
      project_id: [projectId],
      job_name: ['nightly'],
      build_name: ['recipe'],
      secret_name: ['tokens', 'cos', 'keys'],
      tls_secret: ['cert'],
      image_secret: ['tokens'],
      reference: ['settings', 'tokens'],
      runtime: ['nodejs-22'],
      limit: ['1', '50'],
    },
    paramsFor: (id) => {
      const creator = creatorOf(id);
      const made = creator && first.get(creator);
      return { project_id: projectId, app_name: 'web', name: made?.name ?? 'web-00001', id: made?.id ?? projectId };
    },
    async createFresh(id) {
      const creator = creatorOf(id);
      const body = creator && GOOD_BODIES[creator]?.(freshName());
      if (creator === undefined || body === undefined) return undefined;
      const answer = await create(creator, body);
      if (answer.status >= 400) return undefined;
      const made = JSON.parse(answer.text) as Made;
      return { project_id: projectId, app_name: 'web', name: made.name ?? '', id: made.id ?? '' };
    },
  };
}

/** The POST on the collection in which the operation's thing lies, or the PUT of it under its own name. */
export function creatorOf(id: OperationId): OperationId | undefined {
  const { path }: Operation = OPERATIONS[id];
  const collection = path.replace(/\/\{(name|id)\}(\/.*)?$/, '');
  const all = Object.entries(OPERATIONS) as [OperationId, Operation][];
  const made = all.find(([, operation]) => operation.method === 'POST' && operation.path === collection);
  const put = all.find(([, operation]) => operation.method === 'PUT' && operation.path === path && !operation.ifMatch);
  return (made ?? put)?.[0];
}

/** The GET of what the operation works on. */
export function readerOf(id: OperationId): OperationId | undefined {
  const { path }: Operation = OPERATIONS[id];
  const found = Object.entries(OPERATIONS).find(
    ([, operation]: [string, Operation]) => operation.method === 'GET' && operation.path === path,
  );
  return found?.[0] as OperationId | undefined;
}

export function pathFor(id: OperationId, params: Params): string {
  const { path }: Operation = OPERATIONS[id];
  return `/v2${path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(wellFormed(params[name] ?? 'none')))}`;
}

/** A lone surrogate cannot be encoded at all. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

export function jsonHeaders(authorization: string): RawRequest['headers'] {
  return { authorization, 'content-type': 'application/json' };
}

function wordsOf(ground: typeof GROUND): Record<string, readonly string[]> {
  const words = new Map<string, Set<string>>();
  const add = (name: string, value: unknown): void => {
    if (typeof value === 'string') (words.get(name) ?? words.set(name, new Set()).get(name))?.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) add(key, part);
  };
  for (const [, body] of ground) add('', body);
  return Object.fromEntries([...words].map(([name, values]) => [name, [...values]]));
}
