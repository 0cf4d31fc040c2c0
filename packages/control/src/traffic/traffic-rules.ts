/** What may be stated of an app's traffic, beyond the schema: pure rules, each with its fix. */
import { NAME_RULES, nameProblem, type AppTrafficPrototype } from '@slipway/spec';
import type { FieldProblem } from '../refuse.ts';

type Target = AppTrafficPrototype['traffic'][number];
type Rule = (targets: readonly Target[], appName: string) => FieldProblem | undefined;

const RULES: readonly Rule[] = [choiceProblem, sumProblem, repeatedProblem, tagProblem];

/** Between a tag and the name of its app, in the first label of the tag's host. */
const TAG_SEPARATOR = '--';

export function trafficProblem({ traffic }: AppTrafficPrototype, appName: string): FieldProblem | undefined {
  for (const rule of RULES) {
    const problem = rule(traffic, appName);
    if (problem) return problem;
  }
  return undefined;
}

/** What stands for the app in the host of a tag. */
export function taggedName(tag: string, appName: string): string {
  return `${tag}${TAG_SEPARATOR}${appName}`;
}

/** All ways to read the name of an app as a tag of another app. */
export function readingsAsTag(name: string): readonly { readonly tag: string; readonly appName: string }[] {
  const readings: { tag: string; appName: string }[] = [];
  for (let at = name.indexOf(TAG_SEPARATOR); at !== -1; at = name.indexOf(TAG_SEPARATOR, at + 1)) {
    readings.push({ tag: name.slice(0, at), appName: name.slice(at + TAG_SEPARATOR.length) });
  }
  return readings;
}

function choiceProblem(targets: readonly Target[]): FieldProblem | undefined {
  const wrong = targets.find(({ latest, revision_name: name }) => (latest === true) === (name !== undefined));
  if (!wrong) return undefined;
  const rule = 'a share belongs either to a revision or to the latest one';
  return { field: 'traffic', value: textOf(wrong), rule, fix: 'Give it revision_name, or latest = true' };
}

function sumProblem(targets: readonly Target[]): FieldProblem | undefined {
  const sum = targets.reduce((total, { percent }) => total + percent, 0);
  if (sum === 100) return undefined;
  const value = targets.map(textOf).join(', ');
  return { field: 'traffic', value, rule: `the shares make ${sum}`, fix: 'Let them make 100' };
}

function repeatedProblem(targets: readonly Target[]): FieldProblem | undefined {
  const seen = new Set<string>();
  for (const target of targets) {
    const names = [target.tag === undefined ? `share of ${nameOf(target)}` : `tag ${target.tag}`];
    const repeated = names.find((name) => seen.has(name));
    if (repeated !== undefined) {
      return {
        field: 'traffic',
        value: textOf(target),
        rule: `it has a second ${repeated}`,
        fix: 'Name each of them once',
      };
    }
    for (const name of names) seen.add(name);
  }
  return undefined;
}

function tagProblem(targets: readonly Target[], appName: string): FieldProblem | undefined {
  for (const { tag } of targets) {
    if (tag === undefined) continue;
    const problem = (rule: string, fix: string) => ({ field: 'traffic.tag', value: tag, rule, fix });
    const rule = nameProblem('app', tag);
    if (rule !== undefined) return problem(rule, 'Take a tag like "canary"');
    if (tag.includes(TAG_SEPARATOR)) return problem(`"${TAG_SEPARATOR}" ends a tag in its address`, 'Leave it out');
    const room = NAME_RULES.app.lengthMax - TAG_SEPARATOR.length - appName.length;
    if (tag.length > room) {
      return problem(
        `its address has room for ${Math.max(0, room)} characters beside "${appName}"`,
        'Take a shorter one',
      );
    }
  }
  return undefined;
}

function nameOf({ revision_name: name = 'latest' }: Target): string {
  return name;
}

function textOf(target: Target): string {
  return `${nameOf(target)}: ${target.percent}`;
}
