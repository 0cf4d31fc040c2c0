/**
 * The command line against a whole platform but the machine: every command speaks real HTTP to the real control plane,
 * whose engine and builder are the fakes that pass the conformance suites.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { EXIT_CODES, runCommand } from '@slipway/cli';
import type { Client } from '@slipway/client';
import type { FakeBuilder } from '@slipway/engine/testing';
import { startRealControl } from '@slipway/server/testing';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Typing {
  /** Ctrl-C is pressed at the first text that matches, wherever it is printed. */
  readonly interruptAt?: RegExp;
  /** Somebody else than the administrator. */
  readonly as?: Client;
}

export class CommandBench {
  readonly client: Client;
  /** A client of whoever holds the credential. */
  readonly clientWith: (token: string) => Client;
  readonly builder: FakeBuilder;
  readonly projectId: string;
  /** Where the commands run. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(facts: Pick<CommandBench, 'builder' | 'client' | 'clientWith' | 'projectId' | 'folder'>) {
    this.client = facts.client;
    this.clientWith = facts.clientWith;
    this.builder = facts.builder;
    this.projectId = facts.projectId;
    this.folder = facts.folder;
    this.env = { HOME: facts.folder, SLIPWAY_PROJECT: 'shop' };
  }

  run(...words: readonly string[]): Promise<CommandResult> {
    return this.type(words);
  }

  async type(words: readonly string[], { interruptAt, as = this.client }: Typing = {}): Promise<CommandResult> {
    let out = '';
    let err = '';
    const interrupted = new AbortController();
    const see = (text: string): string => {
      if (interruptAt?.test(text) === true) interrupted.abort();
      return text;
    };
    const code = await runCommand({
      words,
      env: this.env,
      cwd: this.folder,
      signal: interrupted.signal,
      client: as,
      terminal: {
        write: (text) => void (out += see(text)),
        writeError: (text) => void (err += see(text)),
        isInteractive: false,
        hasColor: false,
        columns: () => 100,
      },
    });
    return { code, out, err };
  }

  /** A command that must succeed; gives what it printed as its result. */
  async must(...words: readonly string[]): Promise<string> {
    const { code, out, err } = await this.run(...words);
    assert.equal(code, EXIT_CODES.success, `slipway ${words.join(' ')}\n${out}${err}`);
    return out;
  }

  /** The document that a command prints. */
  async read(...words: readonly string[]): Promise<Record<string, unknown>> {
    return JSON.parse(await this.must(...words, '--output', 'json')) as Record<string, unknown>;
  }

  /** A command that must fail so. */
  async fails(words: readonly string[], exit: keyof typeof EXIT_CODES, message: RegExp): Promise<void> {
    const { code, err } = await this.run(...words);
    assert.match(err, message, words.join(' '));
    assert.equal(code, EXIT_CODES[exit], `slipway ${words.join(' ')}\n${err}`);
  }
}

export async function openCommandBench(t: TestContext): Promise<CommandBench> {
  const { builder, client, clientWith } = await startRealControl(t);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-commands-'));
  t.after(() => rm(folder, { recursive: true }));
  const { id: projectId = '' } = await client.createProject({ body: { name: 'shop' } });
  return new CommandBench({ builder, client, clientWith, projectId, folder });
}
