/**
 * The images a fake machine can pull. Every reference exists and is good, except these words after `fake/`:
 * `exits:N` (the program ends with code N), `missing`, `denied`, `unreachable`, `wrong-platform`, `never-listens`.
 * What a digest does is remembered, because a pinned reference has lost its tag.
 */
import { createHash } from 'node:crypto';
import { EngineFault, type EngineFaultCode } from './engine-fault.ts';
import type { ImageCredentials, ResolvedImage } from './engine.ts';

export type FakeBehaviour =
  | { readonly type: 'good' }
  | { readonly type: 'exits'; readonly exitCode: number }
  | { readonly type: 'never_listens' };

const GOOD: FakeBehaviour = { type: 'good' };

export class FakeImages {
  readonly #contents = new Map<string, string>();
  readonly #behaviours = new Map<string, FakeBehaviour>();
  readonly #faults = new Map<string, EngineFault>();
  readonly #credentials = new Map<string, ImageCredentials | undefined>();

  /** Puts new content behind a tag, so that the next resolve gives another digest. */
  push(reference: string, content: string): string {
    this.#contents.set(reference, content);
    return digestOf(reference, content);
  }

  /** Makes the next resolves of this reference throw; undefined heals it. */
  break(reference: string, fault: EngineFault | undefined): void {
    if (fault) this.#faults.set(reference, fault);
    else this.#faults.delete(reference);
  }

  resolve(reference: string, credentials?: ImageCredentials): ResolvedImage {
    this.#credentials.set(reference, credentials);
    const fault = this.#faults.get(reference) ?? sentinelFault(reference);
    if (fault) throw fault;
    const [name = '', pinned] = reference.split('@');
    const repository = name.replace(/:[^:/]*$/, '');
    const digest = pinned ?? digestOf(reference, this.#contents.get(reference) ?? '');
    const pinnedReference = `${repository}@${digest}`;
    if (!this.#behaviours.has(pinnedReference)) this.#behaviours.set(pinnedReference, behaviourOf(name));
    return { reference: pinnedReference, digest, exposedPorts: [] };
  }

  /** What the last resolve of this reference was given. */
  credentialsOf(reference: string): ImageCredentials | undefined {
    return this.#credentials.get(reference);
  }

  /** Undefined for a pinned reference that was never resolved here. */
  behaviour(pinnedReference: string): FakeBehaviour | undefined {
    return this.#behaviours.get(pinnedReference);
  }
}

function digestOf(reference: string, content: string): string {
  return `sha256:${createHash('sha256').update(`${reference}\n${content}`).digest('hex')}`;
}

function behaviourOf(name: string): FakeBehaviour {
  const exits = /(?:^|\/)fake\/exits:(\d+)$/.exec(name);
  if (exits) return { type: 'exits', exitCode: Number(exits[1]) };
  return /(?:^|\/)fake\/never-listens(?::|$)/.test(name) ? { type: 'never_listens' } : GOOD;
}

const SENTINEL_FAULTS = new Map<string, readonly [EngineFaultCode, string]>([
  ['missing', ['image_not_found', 'does not exist in its registry']],
  ['denied', ['image_access_denied', 'may not be read with these credentials']],
  ['unreachable', ['image_registry_unreachable', 'lies in a registry that does not answer']],
  ['wrong-platform', ['image_wrong_platform', "is not for this machine's processor"]],
]);

function sentinelFault(reference: string): EngineFault | undefined {
  const word = /(?:^|\/)fake\/([a-z-]+)/.exec(reference)?.[1] ?? '';
  const [code, state] = SENTINEL_FAULTS.get(word) ?? [];
  return code && new EngineFault(code, `The image "${reference}" ${state}`);
}
