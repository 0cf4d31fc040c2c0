/** Inbound rules as they are written and shown. Pure. */
import type { InboundRule, InboundRules } from '@slipway/spec';
import { renderTable } from '../output/text-table.ts';

/** `203.0.113.0/24` for the whole project, `web=203.0.113.0/24` for one app. */
export function parseInboundRule(word: string): InboundRule {
  const at = word.indexOf('=');
  return at < 0 ? { cidr_block: word } : { app: word.slice(0, at), cidr_block: word.slice(at + 1) };
}

export function renderInboundRules({ rules }: InboundRules): string {
  if (rules.length === 0) return '';
  return renderTable(
    ['Addresses', 'Application'],
    rules.map(({ app, cidr_block: cidr }) => [cidr, app ?? 'all']),
  );
}
