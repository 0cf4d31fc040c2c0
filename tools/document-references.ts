/** What a document says about the repository and is not true: files that do not exist, functions nobody defines, dead links. */
import { dirname, join } from 'node:path/posix';

export interface DocumentFacts {
  /** Every file and folder of the repository. */
  readonly paths: ReadonlySet<string>;
  /** Every identifier that occurs in the sources. */
  readonly identifiers: ReadonlySet<string>;
}

/** `packages/a/src/b.ts` must exist; of `Engine.start()` the last name must occur; a relative link must lead somewhere. */
export function findDeadReferences(path: string, text: string, facts: DocumentFacts): readonly string[] {
  const findings: string[] = [];
  for (const [, file = ''] of text.matchAll(/`((?:packages|tools|test|bench|examples|docs)\/[\w./-]+)`/g)) {
    if (!facts.paths.has(file.replace(/\/$/, ''))) findings.push(`${path}: no file "${file}"`);
  }
  for (const [, name = ''] of text.matchAll(/`(?:\w+\.)*(\w+)\(\)`/g)) {
    if (!facts.identifiers.has(name)) findings.push(`${path}: no function "${name}"`);
  }
  for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    const [target = ''] = link.split('#');
    if (target === '' || /^[a-z]+:/.test(target)) continue;
    if (!facts.paths.has(join(dirname(path), target).replace(/\/$/, ''))) findings.push(`${path}: dead link "${link}"`);
  }
  return findings;
}
