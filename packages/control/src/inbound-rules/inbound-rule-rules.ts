/** What inbound rules may say, and what they mean for an app. Pure. */
import { formatCidrBlock, parseCidrBlock } from '@slipway/engine';
import type { InboundRule } from '@slipway/spec';
import { namedProblem } from '../name-rule.ts';
import type { FieldProblem } from '../refuse.ts';

/** The first rule that cannot be. An app need not exist yet: so it is guarded from its first moment on. */
export function inboundProblem(rules: readonly InboundRule[]): FieldProblem | undefined {
  for (const [at, { app, cidr_block: value }] of rules.entries()) {
    const field = `rules[${at}].cidr_block`;
    const block = parseCidrBlock(value);
    if (!block) return { field, value, rule: 'it is no range of IPv4 addresses', fix: 'Write it like 203.0.113.0/24' };
    const exact = formatCidrBlock(block);
    if (exact !== value) {
      return { field, value, rule: 'it does not begin where its range begins', fix: `Write ${exact}` };
    }
    const named = app === undefined ? undefined : namedProblem('app', app);
    if (named) return { ...named, field: `rules[${at}].app` };
  }
  return undefined;
}

/** Undefined when no rule is about the app: it answers everybody. */
export function sourcesFor(rules: readonly InboundRule[] | undefined, appName: string): readonly string[] | undefined {
  const own = (rules ?? []).filter(({ app }) => app === undefined || app === appName);
  return own.length === 0 ? undefined : [...new Set(own.map(({ cidr_block: cidr }) => cidr))];
}
