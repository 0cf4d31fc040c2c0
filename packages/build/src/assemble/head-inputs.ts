/**
 * Which files of the context the first part of a Dockerfile can read, as a hash: while it is the same, so is what that part
 * builds. Takes rather too much than too little. `headReads` is pure.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DockerfileInstruction, DockerfileScan } from '../dockerfile/scan-dockerfile.ts';
import { openSourceTree, type SourceItem } from './source-tree.ts';

export type HeadReads =
  | { readonly kind: 'unknown' }
  /** What begins so is read: a path with what is below it, or the plain beginning of a pattern. Empty: everything. */
  | { readonly kind: 'files'; readonly beginnings: readonly string[] };

/** `unknown`: something from the network, which may change while the source does not. */
export function headReads({ stages }: DockerfileScan): HeadReads {
  const beginnings: string[] = [];
  for (const instruction of stages.flatMap(({ instructions }) => instructions)) {
    const read = readsOf(instruction);
    if (!read) return { kind: 'unknown' };
    beginnings.push(...read);
  }
  return { kind: 'files', beginnings };
}

const EVERYTHING: readonly string[] = [''];

function readsOf({ keyword, flags, operands }: DockerfileInstruction): readonly string[] | undefined {
  if (keyword === 'ONBUILD') return undefined;
  if (keyword === 'RUN') {
    const isHarmless = (flag: string): boolean =>
      !flag.startsWith('--mount') || /[=,]type=(?:cache|tmpfs)(?:,|$)/.test(flag);
    return flags.every(isHarmless) ? [] : EVERYTHING;
  }
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  if (flags.some((flag) => flag.startsWith('--from='))) return [];
  const words = operands.split(/[\s",[\]]+/).filter((word) => word !== '');
  if (keyword === 'ADD' && words.some((word) => /[:$]/.test(word))) return undefined;
  if (/[$\\'<]|\.\./.test(operands)) return EVERYTHING;
  return words.slice(0, -1).map(beginningOf);
}

function beginningOf(word: string): string {
  const [plain = ''] = word.split(/[*?]/, 1);
  return plain
    .split('/')
    .filter((part, index, parts) => part !== '.' && (part !== '' || index === parts.length - 1))
    .join('/');
}

/** `contextPath` is an unpacked source: nobody else writes to it. */
export async function hashInputs(contextPath: string, beginnings: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  if (beginnings.length === 0) return hash.digest('hex');
  const items: SourceItem[] = [];
  for await (const item of openSourceTree(contextPath, () => false).walk('')) items.push(item);
  const read = items.filter(({ path }) => beginnings.some((beginning) => isRead(path, beginning)));
  // Where a link leads is read, too.
  const chosen = read.some(({ kind }) => kind === 'link') ? items : read;
  for (const item of chosen) {
    hash.update(JSON.stringify([item.path, item.kind, item.mode, item.sizeBytes, item.linkTarget]));
    if (item.kind === 'file') hash.update(await contentHash(contextPath, item));
  }
  return hash.digest('hex');
}

function isRead(path: string, beginning: string): boolean {
  return path.startsWith(beginning) || beginning.startsWith(`${path}/`);
}

async function contentHash(contextPath: string, { path }: SourceItem): Promise<Buffer> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(contextPath, path)), hash);
  return hash.digest();
}
