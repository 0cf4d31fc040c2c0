/** Checks which private ranges an operator opened to projects. Pure. */
import { isOpenableRange } from '@slipway/engine';
import type { PlatformConfig } from '@slipway/setup';

const OPENABLE =
  'it must be a range in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 192.168.0.0/16, and begin where it begins';

/** The first problem in words; undefined when there is none. */
export function openRangesProblem({ openRanges }: { readonly openRanges?: unknown }): string | undefined {
  if (openRanges === undefined) return undefined;
  const field = 'network.openRanges';
  if (!Array.isArray(openRanges)) return `${field}: it must be a list of objects with "cidr"`;
  for (const [at, range] of openRanges.entries()) {
    const { cidr, projects, ...rest } = Object(range) as Partial<OpenRange> & Record<string, unknown>;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) return `${field}[${at}].${unknown}: there is no such field; there are cidr, projects`;
    if (typeof cidr !== 'string' || !isOpenableRange(cidr)) {
      return `${field}[${at}].cidr = ${JSON.stringify(cidr) ?? 'nothing'}: ${OPENABLE}`;
    }
    const isList = Array.isArray(projects) && projects.every((id) => typeof id === 'string');
    if (projects !== undefined && !isList) return `${field}[${at}].projects: it must be a list of project ids`;
  }
  return undefined;
}

type OpenRange = NonNullable<PlatformConfig['network']['openRanges']>[number];
