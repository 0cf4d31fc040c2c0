/** Pure rules of projects: the name, and the DNS label made from it. */
import { NAME_RULES, nameProblem } from '@slipway/spec';
import type { FieldProblem } from '../refuse.ts';

/** Leaves room in a DNS label (63) for a suffix, and keeps URLs readable. */
const SUBDOMAIN_LENGTH_MAX = 24;
const SUBDOMAIN_FALLBACK = 'project';

export function projectNameProblem(name: string): FieldProblem | undefined {
  const rule = nameProblem('project', name);
  return rule === undefined
    ? undefined
    : { field: 'name', value: name, rule, fix: `Take a name like "${NAME_RULES.project.example}"` };
}

/** "Mein Projekt: Nr. 1" → `mein-projekt-nr-1`. */
export function slugFor(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase();
  const slug = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, SUBDOMAIN_LENGTH_MAX)
    .replace(/-+$/, '');
  return slug === '' ? SUBDOMAIN_FALLBACK : slug;
}

/** The slug itself when free; else with a random suffix, given by `nextSuffix`. */
export function subdomainFor(name: string, taken: ReadonlySet<string>, nextSuffix: () => string): string {
  const slug = slugFor(name);
  let candidate = slug;
  while (taken.has(candidate)) candidate = `${slug}-${nextSuffix()}`;
  return candidate;
}
