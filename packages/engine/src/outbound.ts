/**
 * Which addresses a project's instances may reach. Ranges that are no public internet are closed, whatever a project
 * allows itself: a metadata service, the machine's own network, other tenants. An operator may open private ranges, and
 * even those are reached only by a project that names them: a rule that allows "everything" means the internet. Pure.
 */
import { covers, formatCidrBlock, parseCidrBlock, type CidrBlock } from './cidr-block.ts';

/**
 * Source: IANA special-purpose address registry. The last one is a public address under which one cloud's machines have
 * their metadata.
 */
export const CLOSED_RANGES: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
];

/** What an operator may open: networks of one's own. Loopback, link-local and metadata services never. */
const OPENABLE_RANGES: readonly string[] = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

/** A private range that the operator opened. */
export interface OpenRange {
  readonly cidr: string;
  /** Ids of the projects that may reach it; absent: every project. */
  readonly projects?: readonly string[];
}

/** What instances of a project may reach outside of it; its own network is not meant, that is always open. */
export interface OutboundRules {
  /** Ranges in which public addresses are reached; disjoint. */
  readonly publicRanges: readonly string[];
  /** Private ranges that are open, disjoint. */
  readonly privateRanges: readonly string[];
}

export const ALL_ADDRESSES = '0.0.0.0/0';

/** All of the internet, nothing private. */
export const OUTBOUND_DEFAULT: OutboundRules = { publicRanges: [ALL_ADDRESSES], privateRanges: [] };

/** The range holds no public address. */
export function isClosedRange(cidr: string): boolean {
  const block = parseCidrBlock(cidr);
  return block !== undefined && CLOSED_RANGES.some((closed) => covers(blockOf(closed), block));
}

/** True for a range that an operator may open. */
export function isOpenableRange(cidr: string): boolean {
  const block = parseCidrBlock(cidr);
  if (!block || formatCidrBlock(block) !== cidr) return false;
  return OPENABLE_RANGES.some((range) => covers(blockOf(range), block));
}

export function outboundRulesFor(
  destinations: readonly string[],
  open: { readonly projectId: string; readonly ranges: readonly OpenRange[] },
): OutboundRules {
  const named = destinations.filter(isClosedRange);
  const ranges = open.ranges.filter(({ projects }) => projects?.includes(open.projectId) ?? true);
  return {
    publicRanges: disjointRanges(destinations.filter((cidr) => !isClosedRange(cidr))),
    privateRanges: disjointRanges(
      named.flatMap((destination) => ranges.flatMap(({ cidr }) => commonRange(destination, cidr) ?? [])),
    ),
  };
}

/** Without those that lie in others: two ranges of this form are disjoint, or one holds the other. */
export function disjointRanges(ranges: readonly string[]): readonly string[] {
  const unique = [...new Set(ranges)];
  return unique.filter((cidr) => !unique.some((other) => other !== cidr && covers(blockOf(other), blockOf(cidr))));
}

/** The smaller of two ranges of which one holds the other. */
function commonRange(one: string, other: string): string | undefined {
  if (covers(blockOf(one), blockOf(other))) return other;
  return covers(blockOf(other), blockOf(one)) ? one : undefined;
}

function blockOf(cidr: string): CidrBlock {
  const block = parseCidrBlock(cidr);
  if (!block) throw new TypeError(`"${cidr}" is no range of IPv4 addresses`);
  return block;
}
