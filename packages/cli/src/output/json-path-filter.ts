/** The condition of a JSONPath filter: `@.status=="ready"`, `@.port>8080`, or `@.name` for "has a name". */
import { UsageFault } from '../usage-fault.ts';

/** `select` finds the values of a path: the filter is a part of the path language and comes in from there. */
export function matchesFilter(
  condition: string,
  value: unknown,
  select: (path: string, value: unknown) => readonly unknown[],
): boolean {
  const match = /^\s*@([^=!<>]*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*$/.exec(condition);
  if (!match) throw new UsageFault(`Cannot read the JSONPath condition "${condition}"`);
  const [, path = '', operator, literal = ''] = match;
  const [found] = select(path, value);
  if (operator === undefined) return found !== undefined;
  return compare(found, operator, parseLiteral(literal));
}

function parseLiteral(text: string): string | number | boolean {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  if (quoted) return quoted[2] ?? '';
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  if (Number.isNaN(number)) throw new UsageFault(`Cannot read ${text} in a JSONPath condition: put a text in quotes`);
  return number;
}

function compare(found: unknown, operator: string, literal: string | number | boolean): boolean {
  if (operator === '==') return found === literal;
  if (operator === '!=') return found !== literal;
  if (typeof found !== typeof literal || (typeof found !== 'number' && typeof found !== 'string')) return false;
  if (operator === '<') return found < literal;
  if (operator === '<=') return found <= literal;
  return operator === '>' ? found > literal : found >= literal;
}
