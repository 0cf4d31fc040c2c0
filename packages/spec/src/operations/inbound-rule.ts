/** Operations on the inbound rules of a project. Ours, in the style of v2. */
import { P, type Operation } from '../operation.ts';
import * as inbound from '../resources/inbound-rule.ts';

export const INBOUND_RULE_OPERATIONS = {
  getInboundRules: {
    method: 'GET',
    path: `${P}/inbound_rules`,
    access: 'view',
    summary: 'Get whose requests from outside the apps of a project answer',
    returns: inbound.InboundRules,
    status: 200,
  },
  replaceInboundRules: {
    method: 'PUT',
    path: `${P}/inbound_rules`,
    access: 'change',
    summary: 'Say whose requests from outside the apps of a project answer; without a rule, everybody’s',
    body: inbound.InboundRulesReplacement,
    returns: inbound.InboundRules,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
