/**
 * A person on another machine: real commands with a home of their own, against a real server that they reach by its
 * address and a credential alone.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { EXIT_CODES, runCommand } from '@slipway/cli';
import type { startRealControl } from '@slipway/server/testing';
import type { CommandResult } from './command-bench.ts';

export type RealControl = Awaited<ReturnType<typeof startRealControl>>;

export interface Person {
  readonly home: string;
  readonly run: (words: readonly string[], env?: NodeJS.ProcessEnv) => Promise<CommandResult>;
  /** Gives standard output. */
  readonly must: (words: readonly string[], env?: NodeJS.ProcessEnv) => Promise<string>;
  readonly fails: (words: readonly string[], exit: keyof typeof EXIT_CODES, message: RegExp) => Promise<void>;
}

export async function newPerson(t: TestContext, onError?: (text: string) => void): Promise<Person> {
  const home = await mkdtemp(join(tmpdir(), 'slipway-person-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const run: Person['run'] = async (words, env = {}) => {
    let [out, err] = ['', ''];
    const code = await runCommand({
      words,
      env: { HOME: home, PATH: process.env['PATH'], SLIPWAY_PLATFORM: '', ...env },
      cwd: home,
      signal: new AbortController().signal,
      terminal: {
        write: (text) => void (out += text),
        writeError: (text) => {
          err += text;
          onError?.(text);
        },
        isInteractive: false,
        hasColor: false,
        columns: () => 100,
      },
    });
    return { code, out, err };
  };
  return {
    home,
    run,
    async must(words, env) {
      const { code, out, err } = await run(words, env);
      assert.equal(code, EXIT_CODES.success, `slipway ${words.join(' ')}\n${out}${err}`);
      return out;
    },
    async fails(words, exit, message) {
      const { code, err } = await run(words);
      assert.match(err, message, words.join(' '));
      assert.equal(code, EXIT_CODES[exit], `slipway ${words.join(' ')}\n${err}`);
    },
  };
}

/** A key of a user who may do what the role says in the project. */
export async function keyFor(
  { client }: RealControl,
  { user, projectId }: { readonly user: string; readonly projectId: string },
): Promise<{ readonly id: string; readonly key: string }> {
  await client.setMember({ params: { project_id: projectId, id: user }, body: { role: 'writer' } });
  const { id, apikey } = await client.createApiKey({ body: { name: `key of ${user}`, owner: user } });
  return { id, key: apikey };
}
